package zoufang

import (
	"strings"
	"testing"
)

const good = `{"dev":"d","n":41,"prev":null,"nonce":"AAAAAAAAAAAA","user":"u","schema":1,"at":1763760000000,"mono":81234.5,"page":"p","heard":null,"do":[["log","0192f3a0-0000-7000-8000-000000000001","remarks","好"]]}`

func TestLineHashes(t *testing.T) {
	id, _ := HashLine([]byte("abc"))
	if id != "ungWv48Bz-pBQUDe" { // SHA-256("abc") = ba7816bf 8f01cfea 414140de …
		t.Fatal(id)
	}
	if a, _ := HashLine([]byte("abc\r")); a == id {
		t.Fatal("a carriage return belongs to its line")
	}
}

func TestParseCommit(t *testing.T) {
	for name, line := range map[string]string{
		"as in the protocol":      good,
		"other order and spaces":  strings.Replace(`{ "do" : [] , `+good[1:], `"do":[[`, ` "do" : [ [`, 1),
		"numbers as doubles":      strings.Replace(good, `"n":41`, `"n":41.0`, 1),
		"escapes in keys":         strings.Replace(good, `"dev"`, `"\u0064ev"`, 1),
		"lone surrogate":          strings.Replace(good, `好`, `\ud800`, 1),
		"keys nobody knows":       strings.Replace(good, `{`, `{"more":{"x":1},`, 1),
		"the last of equal keys":  strings.Replace(good, `{`, `{"do":5,"dev":7,`, 1),
		"a carriage return ends":  good + "\r",
		"an item nobody knows":    strings.Replace(good, `"log"`, `"frob"`, 1),
		"a clock out of its mind": strings.Replace(good, `1763760000000`, `-1e300`, 1),
	} {
		if _, fault := ParseCommit([]byte(line)); fault != nil {
			t.Errorf("%s: %v", name, fault)
		}
	}
	for name, line := range map[string]string{
		"no JSON":           `{"dev"`,
		"no UTF-8":          strings.Replace(good, "好", "\xff", 1),
		"a byte order mark": "\ufeff" + good,
		"a list":            "[" + good + "]",
		"two values":        good + good,
		"keys in capitals":  strings.Replace(good, `"dev"`, `"DEV"`, 1),
		"user is a number":  strings.Replace(good, `"u"`, `1`, 1),
		"n is a fraction":   strings.Replace(good, `41`, `41.5`, 1),
		"no do":             strings.Replace(good, `"do"`, `"done"`, 1),
		"do is empty":       good[:strings.Index(good, `"do"`)] + `"do":[]}`,
		"an item is a text": strings.Replace(good, `["log"`, `"x",["log"`, 1),
		"an item is short":  strings.Replace(good, `,"好"`, ``, 1),
		"rid is no text":    strings.Replace(good, `"0192f3a0-0000-7000-8000-000000000001"`, `1`, 1),
		"a note is no text": strings.Replace(good, `"好"`, `{}`, 1),
		"too long":          strings.Replace(good, "好", strings.Repeat("好", MaxLine/3), 1),
		"nested too deep":   strings.Replace(good, `"好"`, strings.Repeat("[", 40)+strings.Repeat("]", 40), 1),
		"seen is a text":    strings.Replace(good, `["log","0192f3a0-0000-7000-8000-000000000001","remarks","好"]`, `["set","r","f",1,"x"]`, 1),
	} {
		_, fault := ParseCommit([]byte(line))
		if fault == nil || fault.Code != HeldSchema {
			t.Errorf("%s: %v", name, fault)
		}
	}
	// 64 KiB to the byte is still a line.
	pad := MaxLine - len(good)
	if _, fault := ParseCommit([]byte(strings.Replace(good, "好", "好"+strings.Repeat("a", pad), 1))); fault != nil {
		t.Error(fault)
	}
}

func TestParseItems(t *testing.T) {
	items, fault := ParseItems(Value(`[["log","r","remarks","好"],["unheard","of"]]`))
	if fault != nil || len(items) != 2 || items[0].Op != OpLog || items[0].Field != "remarks" || items[1].Op != "unheard" {
		t.Errorf("%+v %v", items, fault)
	}
	if items, fault := ParseItems(Value(`[]`)); fault != nil || len(items) != 0 {
		t.Errorf("none: %v %v", items, fault)
	}
	for _, bad := range []string{``, `{}`, `null`, `[["log","r","remarks",5]]`, `[["set","r"]]`, `[[]`, "[\"\xff\"]", strings.Repeat("[", MaxNested+1) + strings.Repeat("]", MaxNested+1)} {
		if _, fault := ParseItems(Value(bad)); fault == nil || fault.Code != HeldSchema {
			t.Errorf("%s: %v", bad, fault)
		}
	}
}

func TestRecordIDs(t *testing.T) {
	if id := NewRecordID(1763760000000); !id.Valid() {
		t.Fatal(id)
	}
	for _, bad := range []RecordID{"", "0192F3A0-0000-7000-8000-000000000001", "0192f3a0-0000-4000-8000-000000000001", "0192f3a0-0000-7000-c000-000000000001", "0192f3a0000070008000000000000001"} {
		if bad.Valid() {
			t.Error(bad)
		}
	}
}
