package zoufang

import (
	"strings"
	"testing"
)

func TestMediumType(t *testing.T) {
	for s, want := range map[string]string{
		"image/jpeg":                        "image/jpeg",
		"IMAGE/PNG; x=y":                    "image/png",
		"audio/webm;codecs=opus":            "audio/webm; codecs=opus",
		"Audio/MP4":                         "audio/mp4",
		"image/svg+xml":                     "",
		"text/html":                         "",
		"audio/":                            "",
		"":                                  "",
		"audio/" + strings.Repeat("x", 194): "audio/" + strings.Repeat("x", 194),
		"audio/" + strings.Repeat("x", 195): "",
		"image/jpeg; x=" + strings.Repeat("y", 200): "",
	} {
		if got, ok := MediumType(s); got != want || ok != (want != "") {
			t.Errorf("%q is taken as %q, %v", s, got, ok)
		}
	}
}
