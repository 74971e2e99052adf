#include "evidence_libcrypto_shims.h"

#include <limits.h>
#include <openssl/bio.h>
#include <openssl/crypto.h>
#include <openssl/pem.h>
#include <openssl/pkcs12.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

EVP_PKEY *evidence_ed25519_generate(void) {
    return EVP_PKEY_Q_keygen(NULL, NULL, "ED25519");
}

static int write_encrypted(BIO *bio, EVP_PKEY *key, const char *passphrase, size_t length) {
    int ok = 0;
    X509_SIG *encrypted = NULL;
    X509_ALGOR *algorithm = NULL;
    PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(key);
    if (info == NULL || length > INT_MAX) goto done;
    algorithm = PKCS5_pbe2_set_scrypt(EVP_aes_256_cbc(), NULL, 0, NULL, 1 << 14, 8, 5);
    if (algorithm == NULL) goto done;
    encrypted = PKCS8_set0_pbe(passphrase, (int)length, info, algorithm);
    if (encrypted == NULL) goto done;
    algorithm = NULL;  // owned by `encrypted` now
    ok = PEM_write_bio_PKCS8(bio, encrypted);
done:
    X509_SIG_free(encrypted);
    X509_ALGOR_free(algorithm);
    PKCS8_PRIV_KEY_INFO_free(info);
    return ok;
}

size_t evidence_private_key_to_pem(EVP_PKEY *key, const char *passphrase, size_t passphrase_length, char **out) {
    size_t length = 0;
    char *data = NULL;
    *out = NULL;
    BIO *bio = BIO_new(BIO_s_secmem());
    if (bio == NULL) return 0;
    int ok = passphrase == NULL ? PEM_write_bio_PKCS8PrivateKey(bio, key, NULL, NULL, 0, NULL, NULL)
                                : write_encrypted(bio, key, passphrase, passphrase_length);
    long available = BIO_get_mem_data(bio, &data);
    if (ok == 1 && available > 0) {
        *out = malloc((size_t)available);
        if (*out != NULL) {
            memcpy(*out, data, (size_t)available);
            length = (size_t)available;
        }
    }
    BIO_free(bio);
    return length;
}

struct passphrase {
    const char *bytes;
    size_t length;
    int asked;
};

static int give_passphrase(char *buffer, int size, int writing, void *context) {
    struct passphrase *passphrase = context;
    (void)writing;
    passphrase->asked = 1;
    if (passphrase->bytes == NULL || size < 0 || passphrase->length > (size_t)size) return -1;
    memcpy(buffer, passphrase->bytes, passphrase->length);
    return (int)passphrase->length;
}

EVP_PKEY *evidence_private_key_from_pem(
    const char *pem, size_t length, const char *passphrase, size_t passphrase_length, int *was_encrypted) {
    struct passphrase context = {passphrase, passphrase_length, 0};
    *was_encrypted = 0;
    if (length > INT_MAX) return NULL;
    BIO *bio = BIO_new_mem_buf(pem, (int)length);
    if (bio == NULL) return NULL;
    EVP_PKEY *key = PEM_read_bio_PrivateKey(bio, NULL, give_passphrase, &context);
    *was_encrypted = context.asked;
    BIO_free(bio);
    return key;
}

void evidence_free_secret(char *buffer, size_t length) {
    if (buffer == NULL) return;
    OPENSSL_cleanse(buffer, length);
    free(buffer);
}
