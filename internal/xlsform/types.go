package xlsform

import "strings"

// asked is what a cell of the column type says.
type asked struct {
	word  string // in one spelling
	list  string // of choices
	other bool   // or_other
}

// spellings are the types, each under the names that forms in use have.
var spellings = map[string]string{
	"string": "text", "int": "integer", "add text prompt": "text", "add integer prompt": "integer", "add decimal prompt": "decimal",
	"gps": "geopoint", "location": "geopoint", "add location prompt": "geopoint", "photo": "image", "picture": "image", "add image prompt": "image", "add photo prompt": "image",
	"add audio prompt": "audio", "add video prompt": "video", "add date prompt": "date", "add time prompt": "time", "datetime": "datetime", "add date time prompt": "datetime",
	"add note prompt": "note", "add acknowledge prompt": "acknowledge", "trigger": "acknowledge", "barcode": "barcode", "add barcode prompt": "barcode",
	"q string": "text", "q int": "integer", "q date": "date", "q geopoint": "geopoint", "add calculate prompt": "calculate", "hidden": "hidden",
	"begin group": "begin group", "begin_group": "begin group", "end group": "end group", "end_group": "end group",
	"begin repeat": "begin repeat", "begin_repeat": "begin repeat", "end repeat": "end repeat", "end_repeat": "end repeat",
	"begin looped group": "begin repeat", "end looped group": "end repeat", "begin lgroup": "begin repeat", "end lgroup": "end repeat",
}

// selects are the words before the name of a list.
var selects = []struct{ words, is string }{
	{"add select one prompt using", "select_one"}, {"add select multiple prompt using", "select_multiple"},
	{"select_one_external", "select_one"}, {"select one external", "select_one"}, {"select_one_from_file", "from file"}, {"select_multiple_from_file", "from file"},
	{"select one from file", "from file"}, {"select multiple from file", "from file"},
	{"select one from", "select_one"}, {"select one", "select_one"}, {"select_one", "select_one"}, {"select1", "select_one"},
	{"select all that apply from", "select_multiple"}, {"select all that apply", "select_multiple"},
	{"select multiple from", "select_multiple"}, {"select multiple", "select_multiple"}, {"select_multiple", "select_multiple"},
	{"rank", "rank"}, {"odk:rank", "rank"},
}

// known are the other types that XLSForm has; false: a visit has no place for them.
var known = map[string]bool{
	"text": true, "integer": true, "decimal": true, "range": true, "date": true, "time": true, "datetime": true, "image": true, "audio": true, "geopoint": true,
	"note": true, "calculate": true, "hidden": true, "acknowledge": true, "barcode": true,
	"begin group": true, "end group": true, "begin repeat": true, "end repeat": true,
	"video": false, "file": false, "geotrace": false, "geoshape": false, "xml-external": false, "csv-external": false, "background-audio": false, "background-geopoint": false,
	"audit": false, "start-geopoint": false, "entity": false, "osm": false, "photo-multiple": false,
}

// itself are the types of what the visit records by itself, with what stands for them in
// an expression, "" for nothing.
var itself = map[string]string{
	"start": "now()", "end": "now()", "today": "today()", "deviceid": "", "device id": "", "username": "", "phonenumber": "", "phone number": "", "simserial": "", "sim id": "",
	"subscriberid": "", "subscriber id": "", "email": "", "imei": "", "start time": "now()", "end time": "now()", "get today": "today()", "uri:deviceid": "",
}

func readType(cell string) (asked, bool) {
	words := strings.Join(strings.Fields(cell), " ")
	low := strings.ToLower(words)
	for _, s := range selects {
		if low != s.words && !strings.HasPrefix(low, s.words+" ") {
			continue
		}
		rest := strings.Fields(words[len(s.words):])
		a := asked{word: s.is}
		if n := len(rest); n > 0 && (rest[n-1] == "or_other" || rest[n-1] == "or_specify_other") {
			a.other, rest = true, rest[:n-1]
		} else if n > 2 && strings.Join(rest[n-2:], " ") == "or other" {
			a.other, rest = true, rest[:n-2]
		} else if n > 3 && strings.Join(rest[n-3:], " ") == "or specify other" {
			a.other, rest = true, rest[:n-3]
		}
		if len(rest) == 0 {
			return asked{}, false
		}
		a.list = strings.Join(rest, " ")
		return a, true
	}
	if s, is := spellings[low]; is {
		low = s
	}
	_, is := known[low]
	_, self := itself[low]
	_, osm := strings.CutPrefix(low, "osm ")
	if osm {
		low, is = "osm", true
	}
	return asked{word: low}, is || self
}
