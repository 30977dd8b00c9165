package storagetest

import (
	"crypto/aes"
	"crypto/cipher"

	"zoufang/storage"
)

// Sealer gives a storage.Sealer for tests, under a key that is always the same,
// so that what one process sealed another opens.
func Sealer() storage.Sealer {
	block, err := aes.NewCipher([]byte("a key of 32 bytes, for tests only"[:32]))
	if err != nil {
		panic(err)
	}
	aead, err := cipher.NewGCMWithRandomNonce(block)
	if err != nil {
		panic(err)
	}
	return sealer{aead}
}

type sealer struct{ aead cipher.AEAD }

func (s sealer) Seal(plain, label []byte) ([]byte, error) {
	return s.aead.Seal(nil, nil, plain, label), nil
}

func (s sealer) Open(sealed, label []byte) ([]byte, error) {
	return s.aead.Open(nil, nil, sealed, label)
}
