package reading

import "testing"

func TestNamesAreFound(t *testing.T) {
	for _, of := range []struct {
		name string
		by   []string
		not  []string
	}{
		{"罗淑兰", []string{"罗淑兰", "淑兰", "luoshulan", "luosl", "lsl", "罗sl", "sl", "l", "LSL", "luó", "luo shulan", "", "罗　淑兰"}, []string{"ls1", "lss", "兰淑", "luoshulanx", "王", "lsl!"}},
		{"单雄", []string{"shan", "danx", "sx", "dx", "chanxiong"}, []string{"tx"}},
		{"仇英", []string{"qiuy", "chou", "qy"}, nil},
		{"曾国", []string{"zengguo", "zg", "cg"}, nil},
		{"解珍", []string{"xiezhen", "jz"}, nil},
		{"区大相", []string{"oudx", "qu"}, nil},
		{"覃山", []string{"qinshan", "tanshan", "ts"}, nil},
		{"吕布", []string{"lvbu", "lübu", "lubu", "lyubu"}, nil},
		{"买买提·艾合买提", []string{"买买提.艾合买提", "mmt", "艾合", "aihe"}, nil},
	} {
		n := NameOf(of.name)
		for _, q := range of.by {
			if !QueryOf(q).Finds(n) {
				t.Errorf("%s is not found by %q", of.name, q)
			}
		}
		for _, q := range of.not {
			if QueryOf(q).Finds(n) {
				t.Errorf("%s is found by %q", of.name, q)
			}
		}
	}
	if q := QueryOf("罗 冯"); q.Finds(NameOf("罗淑兰")) || !q.Finds(NameOf("罗淑兰"), NameOf("冯大山")) {
		t.Error("every word is to be in one of the names")
	}
	long := make([]byte, 10_000)
	for i := range long {
		long[i] = 'l'
	}
	QueryOf(string(long)).Finds(NameOf("罗淑兰"))
}
