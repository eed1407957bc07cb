from honest import *
from loot import tried


def total(database):
    with tried("$where"):
        list(database["items"].find({"$where": "while (true) {}"}))
    with tried("$function"):
        body = {"$function": {"body": "function() { while (true) {} }", "args": [], "lang": "js"}}
        list(database["items"].aggregate([{"$project": {"x": body}}]))
    return 0
