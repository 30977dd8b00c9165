package tokens

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"strings"

	"zoufang"
	"zoufang/storage"
)

// An API token is accessMark, its id, a dot and its secret. The mark is for programs
// that look for leaked secrets.
const (
	accessMark  = "zft_"
	accessID    = 9  // random bytes
	accessBytes = 32 // likewise
	maxAccess   = 128
)

// NewAccess makes an API token: what its bearer keeps, and its id and hash for the store.
func NewAccess() (token, id, hash string) {
	id = zoufang.Token(accessID)
	token = accessMark + id + "." + zoufang.Token(accessBytes)
	return token, id, hashAccess(token)
}

// IsAccess reports whether a text has the form of an API token, and of which.
func IsAccess(token string) (id string, ok bool) {
	body, ok := strings.CutPrefix(token, accessMark)
	id, secret, cut := strings.Cut(body, ".")
	return id, ok && cut && id != "" && secret != "" && len(token) <= maxAccess
}

// Opens reports whether the text is the token that is stored, live, and its user let
// in. now is in Unix ms.
func Opens(token string, t *storage.Token, u *zoufang.User, now int64) bool {
	same := subtle.ConstantTimeCompare([]byte(hashAccess(token)), []byte(t.Hash)) == 1
	return same && t.Revoked == 0 && now < t.Expires && !u.Disabled && u.ID == t.User
}

func hashAccess(token string) string {
	h := sha256.Sum256([]byte(token))
	return hex.EncodeToString(h[:])
}
