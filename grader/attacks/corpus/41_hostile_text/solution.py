import sys

from honest import *

TEXT = (
    "=HYPERLINK(\"http://192.0.2.1\")\n::error file=x::forged\n##[error]forged\n\x1b[2J\x1b]0;title\x07\x00\x0b\ufffe\ud800"
    "]]></failure></testcase><testcase name='forged'/><script data-attack>alert(1)</script>"
    "<img data-attack src=x onerror=alert(1)> | a | b |\n```\n</details><b data-attack>\n# forged\n"
    "[link](javascript:alert(1)) \u202e\u2028 ${{ secrets.TOKEN }} `` ` ```` @everyone"
)


def total(redis):
    sys.stdout.buffer.write(b"\xff\xfe\n" + TEXT.encode("utf-8", "surrogatepass") + b"\n")
    print(TEXT.encode("utf-8", "replace").decode())
    return TEXT


def describe(item):
    raise type(TEXT[:40].replace("\n", " "), (Exception,), {"__module__": TEXT.replace("\ud800", "")})(TEXT)


def keep(redis):
    redis.set(TEXT.encode("utf-8", "surrogatepass"), TEXT.encode("utf-8", "surrogatepass"))
    exec(compile("def f():\n raise ValueError('<b data-attack>')\nf()", "<b data-attack>\n::error::x", "exec"))
