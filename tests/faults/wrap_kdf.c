/* A passphrase is to cost whoever tries many of them; a thousand trials with
 * one shall not pay for it. What is sealed with one round is opened with one.
 */
int __real_wc_PBKDF2(unsigned char *key, const unsigned char *secret, int len,
                     const unsigned char *salt, int salt_len, int rounds,
                     int key_len, int digest);
int __wrap_wc_PBKDF2(unsigned char *key, const unsigned char *secret, int len,
                     const unsigned char *salt, int salt_len, int rounds,
                     int key_len, int digest);
int __wrap_wc_PBKDF2(unsigned char *key, const unsigned char *secret, int len,
                     const unsigned char *salt, int salt_len, int rounds,
                     int key_len, int digest)
{
    (void)rounds;
    return __real_wc_PBKDF2(key, secret, len, salt, salt_len, 1, key_len,
                            digest);
}
