package backup

import (
	"testing"

	"github.com/fxamacker/cbor/v2"

	"zoufang"
	"zoufang/storage"
)

// What stands in old backups is read by these names: a field may be added, with a
// line here; none may be renamed or change its type.
func TestNamesOfFields(t *testing.T) {
	for _, c := range []struct {
		v    any
		want string
	}{
		{head{}, `{"Meta": {"Areas": 0, "Clock": 0, "Epoch": "", "SafeAt": 0}, "Clock": 0, "Beside": false, "Format": 0, "Created": 0, "Product": ""}`},
		{storage.User{}, `{"ID": "", "Name": "", "Role": "", "Shut": 0, "Areas": null, "Login": "", "Round": 0, "Change": false, "Grants": null, "Created": 0, "Disabled": false, "Password": ""}`},
		{storage.Device{}, `{"X": "", "Y": "", "ID": "", "App": "", "Name": "", "Seen": 0, "User": "", "Revoked": 0, "Enrolled": 0, "Platform": ""}`},
		{storage.Key{}, `{"ID": "", "Secret": null, "Created": 0, "Purpose": ""}`},
		{storage.Held{Reach: []zoufang.AreaID{}}, `{"At": 0, "ID": "", "Why": "", "Code": "", "Areas": null, "Fault": {}, "Freed": "", "Reach": [], "Since": 0, "Waits": null, "Author": "", "Forced": false, "Ruling": "", "Schema": 0, "Sealed": false, "Sender": "", "Waived": false, "Brought": "", "Decided": 0}`},
		{zoufang.Fail(zoufang.HeldScope, zoufang.RuleRight, "n", 1).At("note").In(0).Parts, `{"args": {"n": "1"}, "item": 1, "rule": "right", "field": "note"}`},
		{storage.Write{}, `{"Seq": 0, "Ver": 0, "Area": "", "Gone": false, "Commit": "", "Record": ""}`},
		{storage.AreaHead{Sum: 1 << 63}, `{"Seq": 0, "Sum": 9223372036854775808, "Area": "", "Public": 0}`},
		{storage.Medium{}, `{"At": 0, "Flaw": "", "Size": 0, "Type": "", "Digest": ""}`},
		{storage.Name{}, `{"ID": "", "Role": "", "Digest": ""}`},
		{storage.Audited{}, `{"At": 0, "ID": "", "OK": false, "Who": "", "Why": "", "Area": "", "From": "", "What": "", "Count": 0, "Field": "", "Device": "", "Record": ""}`},
		{storage.Token{}, `{"ID": "", "Hash": "", "Read": false, "Used": 0, "User": "", "Added": 0, "Areas": null, "Kinds": null, "Expires": 0, "Revoked": 0}`},
		{recordEntry{}, `{"ID": "", "Plain": null, "Written": 0}`},
		{bytesEntry{}, `{"Size": 0, "Digest": ""}`},
		{storage.Commit{Line: []byte("x")}, `{"At": 0, "ID": "", "From": 0, "Hash": h'0000000000000000000000000000000000000000000000000000000000000000', "Line": h'78', "Staff": false, "Author": "", "Device": "", "Sender": ""}`},
	} {
		b, err := encoding.Marshal(c.v)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := cbor.Diagnose(b); got != c.want || err != nil {
			t.Errorf("%T is written as %s, %v", c.v, got, err)
		}
	}
	var h storage.Held
	b, _ := encoding.Marshal(storage.Held{Reach: []zoufang.AreaID{}})
	if err := decoding.Unmarshal(b, &h); err != nil || h.Reach == nil || h.Areas != nil {
		t.Errorf("%+v %v", h, err)
	}
}
