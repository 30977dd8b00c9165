package fieldsync_test

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"zoufang"
	fieldsync "zoufang/sync"
)

// vector is one merge told as JSON: commits, the orders they may arrive in
// ("any": every order in which the first comes first; "given"), and the row all
// of them end in. Other implementations of the fold replay the same files.
type vector struct {
	Name    string
	Why     string
	Orders  string
	Commits []struct {
		ID    zoufang.CommitID
		User  zoufang.UserID
		At    int64
		From  int64
		To    int64
		Staff bool
		Do    json.RawMessage
	}
	Row json.RawMessage
}

func TestVectors(t *testing.T) {
	files, err := filepath.Glob("testdata/vectors/*.json")
	if err != nil || len(files) < 20 {
		t.Fatalf("found %d vectors: %v", len(files), err)
	}
	for _, file := range files {
		raw, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		var v vector
		if err := json.Unmarshal(raw, &v); err != nil {
			t.Fatalf("%s: %v", file, err)
		}
		t.Run(v.Name, func(t *testing.T) {
			var want bytes.Buffer
			if err := json.Compact(&want, v.Row); err != nil {
				t.Fatalf("%s has no row: %v", file, err)
			}
			n := len(v.Commits)
			orders := [][]int{identity(n)}
			if v.Orders == "any" {
				orders = permutations(n)
			}
			for _, order := range orders {
				var got bytes.Buffer
				if err := json.Compact(&got, v.play(t, order)); err != nil {
					t.Fatal(err)
				}
				if got.String() != want.String() {
					t.Fatalf("%s\norder %v\n got %s\nwant %s", v.Why, order, &got, &want)
				}
			}
		})
	}
}

func (v vector) play(t *testing.T, order []int) []byte {
	var r *zoufang.Record
	for _, i := range order {
		c := v.Commits[i]
		line, err := zoufang.Action{Device: "d", User: c.User, At: c.At, Page: "p"}.Frozen([]any{})
		if err != nil {
			t.Fatal(err)
		}
		line = bytes.Replace(line, []byte(`"do":[]`), append([]byte(`"do":`), c.Do...), 1)
		compact := new(bytes.Buffer)
		if err := json.Compact(compact, line); err != nil {
			t.Fatal(err)
		}
		commit, fault := zoufang.ParseCommit(compact.Bytes())
		if fault != nil {
			t.Fatal(fault)
		}
		r = fieldsync.Replay(r, recordOf(commit), commit.Do, zoufang.NewStamp(c.ID, c.User, c.At, c.From, c.To, c.Staff))
	}
	return r.AppendRow(nil)
}

func recordOf(c zoufang.Commit) zoufang.RecordID { return c.Do[0].Record }

func identity(n int) []int {
	out := make([]int, n)
	for i := range out {
		out[i] = i
	}
	return out
}

// permutations gives every order of n in which the first comes first.
func permutations(n int) [][]int {
	out := [][]int{{0}}
	for i := 1; i < n; i++ {
		var next [][]int
		for _, p := range out {
			for at := 1; at <= len(p); at++ {
				q := append(append(append([]int{}, p[:at]...), i), p[at:]...)
				next = append(next, q)
			}
		}
		out = next
	}
	return out
}
