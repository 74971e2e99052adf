// What Swift cannot call in libcrypto: macros, variadics, and calls that need a C string callback.
#ifndef EVIDENCE_LIBCRYPTO_SHIMS_H
#define EVIDENCE_LIBCRYPTO_SHIMS_H

#include <stddef.h>
#include <openssl/evp.h>

// Makes a new Ed25519 key, or returns NULL.
EVP_PKEY *evidence_ed25519_generate(void);

// Writes a private key as PKCS#8 PEM into a malloc'ed buffer: plain when passphrase is NULL, else PBES2 with scrypt
// (N = 2^14, r = 8, p = 5) and AES-256-CBC. Returns the length, or 0.
size_t evidence_private_key_to_pem(EVP_PKEY *key, const char *passphrase, size_t passphrase_length, char **out);

// Reads a PKCS#8 PEM private key. Never prompts. *was_encrypted tells whether a passphrase was asked for.
EVP_PKEY *evidence_private_key_from_pem(
    const char *pem, size_t length, const char *passphrase, size_t passphrase_length, int *was_encrypted);

// Wipes and frees what evidence_private_key_to_pem returned.
void evidence_free_secret(char *buffer, size_t length);

#endif
