package staff

import "testing"

func TestAPageTellsWhatMayBeShown(t *testing.T) {
	for in, want := range map[string]string{
		"": "",
		`<p title="11010519491231002X > 1">身份证 11010519491231002X</p>`:                          `<p title="11010519491231002X > 1">身份证 110***********002X</p>`,
		`<textarea rows="2">11010519491231002X</textarea>11010519491231002X`:                    `<textarea rows="2">11010519491231002X</textarea>110***********002X`,
		"<b>\u202e罗绍良</b>，<b>\u2068ئەخمەت\u2069</b>":                                            "<b>罗绍良</b>，<b>\u2068ئەخمەت\u2069</b>",
		`<a href="/staff/media/9f86d081884c7d659a2feaa0c55ad015">1101-05 19491231 002x</a`:      `<a href="/staff/media/9f86d081884c7d659a2feaa0c55ad015">110***********002X</a`,
		"<p>13800138000，320115101203，2026-12-01&#43;&#34;</p>\n<script>var a=\"</p>\"</script>": "<p>13800138000，320115101203，2026-12-01&#43;&#34;</p>\n<script>var a=\"</p>\"</script>",
	} {
		if got := string(tell([]byte(in))); got != want {
			t.Errorf("%s is told as %s", in, got)
		}
	}
}
