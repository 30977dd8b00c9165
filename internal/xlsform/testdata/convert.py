"""Has pyxform convert each file named, and prints what it says: {"file": "" or why not}."""

import json
import sys

from pyxform.xls2xform import convert

said = {}
for file in sys.argv[1:]:
    try:
        convert(file, validate=False)
        said[file] = ""
    except Exception as why:  # whatever it stops at is its answer
        said[file] = str(why) or repr(why)
json.dump(said, sys.stdout)
