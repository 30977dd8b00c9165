package xlsform

import (
	"crypto/sha256"
	"encoding/hex"
	"regexp"
	"strconv"
	"strings"
)

// wellNamed is what XLSForm takes for the name of a question.
var wellNamed = regexp.MustCompile(`^[\p{L}_][\p{L}\p{M}\p{N}_.\-]*$`)

const (
	mostID   = 28 // of the 32 that an id has: turns of a repeat add to it
	mostForm = 40
)

var isID = regexp.MustCompile(`^[a-z][a-z0-9_]{0,31}$`)

// id makes an id of a question's name: the same for the same name, whatever stands
// around it. turns: there is to be room for their number behind it.
func id(name string, turns bool) string {
	if isID.MatchString(name) && !(turns && len(name) > 30) {
		return name
	}
	return plain(name, '_', "q_", mostID)
}

// FormName makes the name of a form likewise, of its id in the file.
func FormName(id string) string { return plain(id, '-', "f-", mostForm) }

// plain keeps small letters and digits, and puts the sign for all else. What would not
// be the name any more has part of its hash.
func plain(name string, sign rune, prefix string, most int) string {
	lost := false
	out := strings.Map(func(c rune) rune {
		switch {
		case c >= 'a' && c <= 'z', c >= '0' && c <= '9', c == sign, c == '_':
			return c
		case c >= 'A' && c <= 'Z':
			return c - 'A' + 'a'
		case c < 0x80:
			return sign
		}
		lost = true
		return -1
	}, name)
	if out == "" || out[0] < 'a' || out[0] > 'z' {
		out = prefix + strings.TrimLeft(out, string(sign))
	}
	if lost || len(out) > most {
		h := sha256.Sum256([]byte(name))
		out = out[:min(len(out), most-9)] + string(sign) + hex.EncodeToString(h[:4])
	}
	return out
}

// unused makes an id no other question has, nor one with the number of a turn.
func (m *maker) unused(name string, turns bool) string {
	of := id(name, turns)
	free := func(id string) bool {
		for i := range countedTurns {
			if turns && m.taken[inTurn(id, i)] {
				return false
			}
		}
		return !m.taken[id]
	}
	out := of
	for n := 2; !free(out); n++ {
		out = of[:min(len(of), mostID-4)] + "_x" + strconv.Itoa(n)
	}
	m.taken[out] = true
	for i := range countedTurns {
		m.taken[inTurn(out, i)] = m.taken[inTurn(out, i)] || turns
	}
	return out
}
