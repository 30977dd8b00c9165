package ledger

import (
	"context"
	"fmt"
	"hash/crc32"
	"strings"
	"unicode/utf8"

	"zoufang/server/desk"
)

// zipWriter writes the media that records name, as they are, and an index of all
// records in front of which the names of their media stand. A medium is not copied into
// the job: its part of the result is read where the medium lies.
type zipWriter struct {
	*writing
	noLines
	zip   *zipper
	index *packer
}

func newZIP(w *writing) writer {
	return &zipWriter{writing: w, zip: newZipper(&w.state.Zip, w.spool), index: newPacker(&w.state.Index)}
}

const indexName = "目录.csv"

// The name of the side stream with the index.
const indexing = "index"

func (z *zipWriter) begin() error {
	return z.note(append([]byte(bom+"文件,"), csvHead(z.columns)...))
}

func (z *zipWriter) note(b []byte) error {
	packed, err := z.index.add(b)
	z.aside(indexing, packed)
	if z.index.Raw > maxFile {
		return fail(Large)
	}
	return err
}

func (z *zipWriter) rows(ctx context.Context, rows []desk.SheetRow) error {
	for i := range rows {
		row := &rows[i]
		var names []string
		for _, m := range row.Media {
			name, err := z.medium(ctx, row, m)
			if err != nil {
				return err
			}
			names = append(names, name)
		}
		cells := append([]desk.Cell{{Text: strings.Join(names, "、")}}, row.Cells...)
		if err := z.note(csvRow(nil, cells)); err != nil {
			return err
		}
	}
	return nil
}

// medium adds a medium under a name that says when and where it was taken, and is the
// only one of the archive: 日期_村_户_类型_序号.
func (z *zipWriter) medium(ctx context.Context, row *desk.SheetRow, m desk.SheetMedium) (string, error) {
	if z.state.Media >= MaxMedia {
		return "", fail(Large)
	}
	b, err := z.writing.media(ctx, m)
	if err != nil {
		return "", err
	}
	z.state.Media++
	typ := row.Type
	if m.What != "" {
		typ += "-" + m.What
	}
	name := fmt.Sprintf("%s_%s_%s_%s_%05d%s", row.Day, nameable(row.Village), nameable(row.Home), nameable(typ), z.state.Media, endingOf(m.Type))
	p := packed{CRC: crc32.ChecksumIEEE(b), Raw: int64(len(b)), Size: int64(len(b))}
	if err := z.zip.plain(name, 0, p); err != nil {
		return "", err
	}
	return name, z.spool.medium(m.Digest, b)
}

func (z *zipWriter) pause() error {
	b, err := z.index.flush(false)
	z.aside(indexing, b)
	return err
}

func (z *zipWriter) end(ctx context.Context) error {
	b, err := z.index.flush(true)
	z.aside(indexing, b)
	if err != nil {
		return err
	}
	if err := z.zip.plain(indexName, zipDeflated, *z.index.packed); err != nil {
		return err
	}
	if err := z.splice(ctx, indexing); err != nil {
		return err
	}
	return z.zip.end(ctx)
}

// nameable takes out of a text what file names cannot have, and cuts it.
func nameable(s string) string {
	s = strings.Map(func(r rune) rune {
		switch {
		case r < 32, strings.ContainsRune(`/\:*?"<>|_`, r), r >= 0x2066 && r <= 0x2069, r == utf8.RuneError:
			return -1
		case r == ' ':
			return '-'
		}
		return r
	}, s)
	if runes := []rune(s); len(runes) > 24 {
		s = string(runes[:24])
	}
	if s = strings.Trim(s, ". "); s == "" {
		return "无"
	}
	return s
}

// endings by the types that media have.
var endings = map[string]string{"image/jpeg": ".jpg", "image/png": ".png", "image/webp": ".webp", "audio/webm": ".webm", "audio/ogg": ".ogg",
	"audio/mp4": ".m4a", "audio/mpeg": ".mp3", "audio/wav": ".wav", "audio/amr": ".amr", "audio/aac": ".aac"}

func endingOf(mime string) string {
	plain, _, _ := strings.Cut(mime, ";")
	if e := endings[strings.TrimSpace(plain)]; e != "" {
		return e
	}
	return ".bin"
}
