package tokens

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"math/big"

	"zoufang"
)

// ErrKey says that a JWK is no public key on P-256.
var ErrKey = errors.New("not a public P-256 key")

var b64 = base64.RawURLEncoding.Strict()

// ParseJWK reads a phone's public key (RFC 7517, RFC 7518 §6.2) and gives its
// point, each coordinate as b64 of 32 bytes. A private key is refused: the phone
// should not be able to show one.
func ParseJWK(jwk []byte) (x, y string, err error) {
	var k struct {
		Kty string          `json:"kty"`
		Crv string          `json:"crv"`
		Alg string          `json:"alg"`
		X   string          `json:"x"`
		Y   string          `json:"y"`
		D   json.RawMessage `json:"d"`
	}
	if err := json.Unmarshal(jwk, &k); err != nil {
		return "", "", ErrKey
	}
	if k.Kty != "EC" || k.Crv != "P-256" || k.Alg != "" && k.Alg != "ES256" || k.D != nil {
		return "", "", ErrKey
	}
	if _, err := point(k.X, k.Y); err != nil {
		return "", "", err
	}
	return k.X, k.Y, nil
}

// point makes a key of its coordinates; one off the curve is refused.
func point(x, y string) (*ecdsa.PublicKey, error) {
	bx, errX := b64.DecodeString(x)
	by, errY := b64.DecodeString(y)
	if errX != nil || errY != nil || len(bx) != 32 || len(by) != 32 {
		return nil, ErrKey
	}
	key, err := ecdsa.ParseUncompressedPublicKey(elliptic.P256(), append(append([]byte{4}, bx...), by...))
	if err != nil {
		return nil, ErrKey
	}
	return key, nil
}

// Signed reports whether sig is the b64 of the device's 64-byte ES256 signature
// (r‖s, RFC 7518 §3.4) over the text.
func Signed(d *zoufang.Device, text, sig string) bool {
	rs, ok := signature(sig)
	if !ok {
		return false
	}
	key, err := point(d.X, d.Y)
	if err != nil {
		return false
	}
	hash := sha256.Sum256([]byte(text))
	return ecdsa.Verify(key, hash[:], new(big.Int).SetBytes(rs[:32]), new(big.Int).SetBytes(rs[32:]))
}

// Shaped reports whether sig could be a signature at all.
func Shaped(sig string) bool {
	_, ok := signature(sig)
	return ok
}

func signature(sig string) ([]byte, bool) {
	if len(sig) != 86 {
		return nil, false
	}
	rs, err := b64.DecodeString(sig)
	return rs, err == nil && len(rs) == 64
}

// TokenText is what a device signs to be given a token.
func TokenText(device zoufang.DeviceID, nonce string) string {
	return "zoufang-token-v1\n" + string(device) + "\n" + nonce
}

// WillText is what a revoked device signs to send its last will, the body as it
// was sent.
func WillText(device zoufang.DeviceID, body []byte) string {
	hash := sha256.Sum256(body)
	return "zoufang-lastwill-v1\n" + string(device) + "\n" + hex.EncodeToString(hash[:])
}

// WillMediaText is what a revoked device signs to send a medium of its last will.
func WillMediaText(device zoufang.DeviceID, d zoufang.Digest) string {
	return "zoufang-lastwill-media-v1\n" + string(device) + "\n" + string(d)
}

// RescueText is what a device signs in a rescue file: it binds the wrapped content
// key, and with it all that is sealed under it, to the device and its user.
func RescueText(device zoufang.DeviceID, user zoufang.UserID, kid string, wrapped []byte) string {
	hash := sha256.Sum256(wrapped)
	return "zoufang-rescue-v1\n" + string(device) + "\n" + string(user) + "\n" + kid + "\n" + hex.EncodeToString(hash[:])
}
