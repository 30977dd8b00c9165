package zoufang

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
)

// RecordID names a record: a UUIDv7 in lower case.
type RecordID string

// CommitID names a commit: b64 of the first 12 bytes of the SHA-256 of its line.
type CommitID string

// UserID names a person with an account: the id of their public `user` record.
type UserID string

// DeviceID names an enrolled phone. It may begin with "-".
type DeviceID string

// Digest names a medium: the SHA-256 of its bytes, 64 lower-case hex digits.
type Digest string

// System is the author and device of what the operator does at the command line
// and of what imports write: never a person, never a phone.
const System = "system"

// Unknown stands in the account log for whoever named no account that there is.
const Unknown = "unknown"

// NewRecordID makes a UUIDv7 (RFC 9562 §5.7) for the time now, in Unix milliseconds.
func NewRecordID(now int64) RecordID {
	var b [16]byte
	rand.Read(b[:])
	return UUIDv7(now, b)
}

// UUIDv7 lays the time in Unix milliseconds and 74 of the given random bits out
// as RFC 9562 §5.7 says.
func UUIDv7(now int64, random [16]byte) RecordID {
	b := random
	var t [8]byte
	binary.BigEndian.PutUint64(t[:], uint64(now))
	copy(b[:6], t[2:])
	b[6] = b[6]&0x0f | 0x70
	b[8] = b[8]&0x3f | 0x80
	h := hex.EncodeToString(b[:])
	return RecordID(h[:8] + "-" + h[8:12] + "-" + h[12:16] + "-" + h[16:20] + "-" + h[20:])
}

// Millis is the time a valid id was made for, in Unix milliseconds.
func (id RecordID) Millis() (ms int64) {
	b, _ := hex.DecodeString(string(id[:8] + id[9:13]))
	for _, v := range b {
		ms = ms<<8 | int64(v)
	}
	return ms
}

// Valid reports whether the id is a UUIDv7 in lower case.
func (id RecordID) Valid() bool {
	if len(id) != 36 || id[14] != '7' || (id[19] != '8' && id[19] != '9' && id[19] != 'a' && id[19] != 'b') {
		return false
	}
	for i := 0; i < len(id); i++ {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if id[i] != '-' {
				return false
			}
		} else if !lowerHex(id[i]) {
			return false
		}
	}
	return true
}

// Valid reports whether the digest is 64 lower-case hex digits.
func (d Digest) Valid() bool {
	if len(d) != 64 {
		return false
	}
	for i := 0; i < len(d); i++ {
		if !lowerHex(d[i]) {
			return false
		}
	}
	return true
}

func lowerHex(c byte) bool { return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' }

// HashLine gives the id and the full hash of a commit line, line feed excluded.
func HashLine(line []byte) (CommitID, [32]byte) {
	h := sha256.Sum256(line)
	return CommitID(base64.RawURLEncoding.EncodeToString(h[:12])), h
}

// Token gives n random bytes as b64.
func Token(n int) string {
	b := make([]byte, n)
	rand.Read(b)
	return base64.RawURLEncoding.EncodeToString(b)
}
