package tokens

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"strconv"
	"strings"
	"time"

	"zoufang"
)

const (
	nonceLife = 2 * time.Minute
	maxNonce  = 128 // bytes
)

// Nonce gives a text for the device to sign. Nothing is kept of it: it carries
// its end and proves by itself that this server made it for this device.
func (t *Tokens) Nonce(ctx context.Context, device zoufang.DeviceID) (string, error) {
	key, err := t.keys.newest(ctx)
	if err != nil {
		return "", err
	}
	end := strconv.FormatInt(t.now().Add(nonceLife).UnixMicro(), 36) // finer than two requests follow each other
	return key.ID + "." + end + "." + nonceMAC(key.Secret, device, end), nil
}

// CheckNonce reports whether the nonce was made for the device in the last two
// minutes. An error is a failure of the store.
func (t *Tokens) CheckNonce(ctx context.Context, device zoufang.DeviceID, nonce string) (bool, error) {
	parts := strings.Split(nonce, ".")
	if len(nonce) > maxNonce || len(parts) != 3 {
		return false, nil
	}
	end, err := strconv.ParseInt(parts[1], 36, 64)
	if now := t.now().UnixMicro(); err != nil || now > end || end > now+2*nonceLife.Microseconds() {
		return false, nil
	}
	key, ok, err := t.keys.find(ctx, parts[0])
	if err != nil || !ok {
		return false, err
	}
	return hmac.Equal([]byte(nonceMAC(key.Secret, device, parts[1])), []byte(parts[2])), nil
}

// The text is unlike any that a token is signed over: it has line feeds.
func nonceMAC(secret []byte, device zoufang.DeviceID, end string) string {
	mac := hmac.New(sha256.New, secret)
	mac.Write([]byte("zoufang-nonce-v1\n" + string(device) + "\n" + end))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil))
}

// After gives the refresh token that takes the place of a staff member's: 32
// random-looking characters that follow from it and the newest key, so that copies
// of the server that are asked at once give the same.
func (t *Tokens) After(ctx context.Context, token string) (string, error) {
	key, err := t.keys.newest(ctx)
	if err != nil {
		return "", err
	}
	mac := hmac.New(sha256.New, key.Secret)
	mac.Write([]byte("zoufang-refresh-v1\n" + token))
	return base64.RawURLEncoding.EncodeToString(mac.Sum(nil)[:24]), nil
}
