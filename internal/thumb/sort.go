package thumb

import (
	"bytes"
	"encoding/binary"
	"image"
	"slices"

	"zoufang"
)

var (
	signJPEG = []byte{0xff, 0xd8, 0xff}
	signPNG  = []byte("\x89PNG\r\n\x1a\n")
	signRIFF = []byte("RIFF")
)

// reader gives what reads such bytes, whatever they are called, or why nothing does.
func reader(b []byte) (func([]byte, int) (image.Image, error), zoufang.Flaw) {
	switch {
	case len(b) == 0:
		return nil, zoufang.FlawEmpty
	case bytes.HasPrefix(b, signJPEG):
		return readJPEG, ""
	case bytes.HasPrefix(b, signPNG):
		return readPNG, ""
	case isWebP(b):
		return readWebP, ""
	case bytes.HasPrefix(signJPEG, b), bytes.HasPrefix(signPNG, b), bytes.HasPrefix(signRIFF, b):
		return nil, zoufang.FlawCut
	case isHEIC(b):
		return nil, zoufang.FlawHEIC
	case isPage(b):
		return nil, zoufang.FlawPage
	}
	return nil, zoufang.FlawOther
}

func isWebP(b []byte) bool {
	return len(b) >= 12 && bytes.HasPrefix(b, signRIFF) && string(b[8:12]) == "WEBP"
}

// heic are the brands of ISO 23008-12 that HEVC pictures have.
var heic = []string{"heic", "heix", "heim", "heis", "hevc", "hevx", "hevm", "hevs", "mif1", "msf1"}

// isHEIC looks at the brands of an ISO base media file.
func isHEIC(b []byte) bool {
	if len(b) < 12 || string(b[4:8]) != "ftyp" {
		return false
	}
	end := min(int(binary.BigEndian.Uint32(b)), len(b), 256)
	if slices.Contains(heic, string(b[8:12])) && string(b[8:12]) != "mif1" {
		return true
	}
	avif := string(b[8:12]) == "avif" || string(b[8:12]) == "avis"
	found := string(b[8:12]) == "mif1"
	for at := 16; at+4 <= end; at += 4 {
		brand := string(b[at : at+4])
		avif = avif || brand == "avif"
		found = found || slices.Contains(heic, brand)
	}
	return found && !avif
}

// isPage tells a page of the web, as a portal gives in place of what was asked for.
func isPage(b []byte) bool {
	text := bytes.ToLower(bytes.TrimLeft(bytes.TrimPrefix(b[:min(len(b), 512)], []byte("\xef\xbb\xbf")), " \t\r\n\f"))
	for _, sign := range []string{"<!doctype", "<html", "<head", "<body", "<script", "<?xml", "<!--", "<meta", "<title"} {
		if bytes.HasPrefix(text, []byte(sign)) {
			return true
		}
	}
	return false
}

// ofOther says what is wrong with a PNG or WebP file that does not decode.
func ofOther(b []byte) zoufang.Flaw {
	if isWebP(b) {
		if int64(binary.LittleEndian.Uint32(b[4:]))+8 > int64(len(b)) {
			return zoufang.FlawCut
		}
		return zoufang.FlawBroken
	}
	for b = b[len(signPNG):]; len(b) >= 12; { // length, name, data, checksum
		size := int64(binary.BigEndian.Uint32(b))
		if string(b[4:8]) == "IEND" {
			return zoufang.FlawBroken
		}
		if size > int64(len(b)-12) {
			break
		}
		b = b[12+size:]
	}
	return zoufang.FlawCut
}
