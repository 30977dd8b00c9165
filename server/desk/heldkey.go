package desk

import (
	"encoding/base64"
	"fmt"
	"strconv"
	"strings"

	"zoufang"
	"zoufang/storage"
)

// Keys, places and marks of held lines go into addresses and forms: opaque, and safe
// to be given back by anybody, since what they lead to is judged anew.

const between = "\x1f"

var b64 = base64.RawURLEncoding

func encode(parts ...string) string { return b64.EncodeToString([]byte(strings.Join(parts, between))) }

func decode(s string, n int) ([]string, error) {
	b, err := b64.DecodeString(s)
	parts := strings.Split(string(b), between)
	if err != nil || len(s) > 400 || len(parts) != n {
		return nil, fmt.Errorf("not a key of %d parts", n)
	}
	return parts, nil
}

func groupKey(g storage.HeldGroup) string {
	return encode(string(g.Sender), string(g.Code), string(g.Rule))
}

func readGroupKey(s string) (storage.HeldGroup, error) {
	p, err := decode(s, 3)
	if err != nil {
		return storage.HeldGroup{}, err
	}
	return storage.HeldGroup{Sender: zoufang.UserID(p[0]), Code: zoufang.HoldCode(p[1]), Rule: zoufang.Rule(p[2])}, nil
}

func writePlace(p storage.HeldPlace) string {
	return encode(strconv.FormatInt(p.At, 10), string(p.ID))
}

// readPlace reads a place; "" is before all.
func readPlace(s string) (storage.HeldPlace, error) {
	if s == "" {
		return storage.HeldPlace{}, nil
	}
	p, err := decode(s, 2)
	if err != nil {
		return storage.HeldPlace{}, err
	}
	at, err := strconv.ParseInt(p[0], 10, 64)
	return storage.HeldPlace{At: at, ID: zoufang.CommitID(p[1])}, err
}

func writeMark(at int64) string { return encode(strconv.FormatInt(at, 10)) }

func readMark(s string) (int64, error) {
	p, err := decode(s, 1)
	if err != nil {
		return 0, err
	}
	return strconv.ParseInt(p[0], 10, 64)
}
