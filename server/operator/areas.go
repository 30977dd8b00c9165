package operator

import (
	"context"
	"crypto/sha256"
	"io"

	"zoufang"
	"zoufang/storage"
)

// Imported counts what an import of areas did.
type Imported struct {
	Areas     int `json:"areas"` // lines of the file
	Added     int `json:"added"`
	Renamed   int `json:"renamed"`
	Unchanged int `json:"unchanged"`
}

// ImportAreas makes the areas of a CSV file (UTF-8, first line code,name) known,
// and gives those that are the names it says. Areas it does not mention stay.
// A line that cannot be read fails the import before anything is written; an
// import that was cut short is finished by running it again.
func (o *Operator) ImportAreas(ctx context.Context, file io.Reader) (Imported, error) {
	lines, err := readAreas(file)
	if err != nil {
		return Imported{}, err
	}
	done := Imported{Areas: len(lines)}
	var actions [][]zoufang.Item
	err = o.Records.View(ctx, func(v storage.View) error {
		areas, err := v.Areas()
		if err != nil {
			return err
		}
		for _, l := range lines {
			have, known := areas[l.id]
			switch {
			case !known:
				actions = append(actions, []zoufang.Item{zoufang.New(areaRecord(l.id), zoufang.KindArea, l.id, map[string]any{"code": l.id, "name": l.name})})
				done.Added++
			case have.Name == l.name:
				done.Unchanged++
			default:
				rec, err := v.Record(have.Record)
				if err != nil {
					return err
				}
				actions = append(actions, []zoufang.Item{zoufang.Set(have.Record, "name", l.name, rec.SeenOf("name")...)})
				done.Renamed++
			}
		}
		return nil
	})
	if err != nil {
		return Imported{}, err
	}
	return done, o.push(ctx, actions...)
}

// areaRecord gives the id of an area's record. It follows from the code, so that
// two imports at once make one record of an area.
func areaRecord(id zoufang.AreaID) zoufang.RecordID {
	h := sha256.Sum256([]byte("zoufang-area-v1\n" + id))
	return zoufang.UUIDv7(0, [16]byte(h[:16]))
}
