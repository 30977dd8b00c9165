package operator

import (
	"context"
	"crypto/sha256"
	"io"

	"zoufang"
	"zoufang/internal/fold"
	"zoufang/internal/sheet"
	"zoufang/storage"
)

// Counted says how much of a list is new, changed or as it was.
type Counted struct {
	New     int `json:"new"`
	Changed int `json:"changed"`
	Same    int `json:"same"`
}

// ImportedAreas is what an import of areas did, or would do; with faults it did nothing.
type ImportedAreas struct {
	Areas  Counted       `json:"areas"`
	Notes  []sheet.Fault `json:"notes"`
	Faults []sheet.Fault `json:"faults"`
}

// ImportAreas makes the areas of a list known (CSV in any usual encoding, or XLSX;
// columns 代码 and 名称), and gives those that are the names it says. Areas it does
// not mention stay. Any fault, and nothing is stored; dry stores nothing either. An
// import that was cut short is finished by running it again.
func (o *Operator) ImportAreas(ctx context.Context, file io.Reader, dry bool) (ImportedAreas, error) {
	t, err := sheet.Read(file, areaColumns)
	if err != nil {
		return ImportedAreas{}, err
	}
	lines, notes := readAreas(t)
	done := ImportedAreas{Notes: append([]sheet.Fault{}, sheet.Told(notes)...)}
	var actions [][]zoufang.Item
	err = o.Records.View(ctx, func(v storage.View) error {
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		orphans(t, lines, areas)
		for _, l := range lines {
			have, known := areas[l.id]
			switch {
			case !known:
				actions = append(actions, []zoufang.Item{zoufang.New(areaRecord(l.id), zoufang.KindArea, l.id, map[string]any{"code": l.id, "name": l.name})})
				done.Areas.New++
			case have.Name == l.name:
				done.Areas.Same++
			default:
				rec, err := v.Record(have.Record)
				if err != nil {
					return err
				}
				actions = append(actions, []zoufang.Item{zoufang.Set(have.Record, "name", l.name, rec.SeenOf("name")...)})
				done.Areas.Changed++
			}
		}
		return nil
	})
	done.Faults = append([]sheet.Fault{}, sheet.Told(t.Faults)...)
	if err != nil || dry || len(t.Faults) > 0 {
		return done, err
	}
	return done, o.push(ctx, actions...)
}

// areaRecord gives the id of an area's record. It follows from the code, so that
// two imports at once make one record of an area.
func areaRecord(id zoufang.AreaID) zoufang.RecordID { return recordFor("zoufang-area-v1", string(id)) }

// recordFor derives the id of a record from what it is of, so that two imports of
// the same thing make one record.
func recordFor(what string, parts ...string) zoufang.RecordID {
	text := what
	for _, p := range parts {
		text += "\n" + p
	}
	h := sha256.Sum256([]byte(text))
	return zoufang.UUIDv7(0, [16]byte(h[:16]))
}

// same tells whether two names are the same to people.
func same(a, b string) bool { return fold.Key(a) == fold.Key(b) }
