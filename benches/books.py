"""The sheets of a book written by Python's XlsxWriter: the other side of benches/books.rs.

    python3 benches/books.py PLAN.json RUNS

Prints the shortest of some runs, in seconds of processor time, reading the plan left out.
"""

import io
import json
import sys
import time

import xlsxwriter


def look(book, style):
    """A format for each style, as many as our workbooks have."""
    told = {"font_name": "Arial", "font_size": 10, "valign": "top"}
    if "Total" in style or "Title" in style or "Header" in style:
        told["bold"] = True
    if "Header" in style or "Total" in style:
        told["bg_color"] = "#E6EDF4"
    if "Label" in style or "Header" in style:
        told["text_wrap"] = True
    if "Tenth" in style:
        told["num_format"] = "#,##0.0"
    elif "Whole" in style:
        told["num_format"] = "#,##0"
    told["bottom"] = 1
    return book.add_format(told)


def write(sheets):
    book = xlsxwriter.Workbook(io.BytesIO(), {"in_memory": True})
    looks = {}
    for plan in sheets:
        sheet = book.add_worksheet(plan["name"])
        for column, width in enumerate(plan["widths"]):
            sheet.set_column(column, column, width)
        for row, height in plan["heights"]:
            sheet.set_row(row, height)
        if plan["table"]:
            name, top, lines, columns = plan["table"]
            heads = [{"header": head} for head in columns]
            options = {"name": name, "columns": heads, "autofilter": False, "style": None}
            sheet.add_table(top, 0, top + max(lines, 1), len(columns) - 1, options)
        for row, column, content, style in plan["cells"]:
            if style not in looks:
                looks[style] = look(book, style)
            if isinstance(content, str):
                sheet.write_string(row, column, content, looks[style])
            elif content is None:
                sheet.write_blank(row, column, None, looks[style])
            else:
                sheet.write_number(row, column, content, looks[style])
        for told in plan["charts"]:
            chart = book.add_chart({"type": "line" if told["kind"] == "Lines" else "bar"})
            for title, categories, values in told["series"]:
                labels = {"value": True}
                chart.add_series({"name": title, "categories": categories, "values": values, "data_labels": labels})
            chart.set_title({"name": told["title"]})
            sheet.insert_chart(told["row"], 0, chart)
    book.close()


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        sheets = json.load(file)
    took = []
    for _ in range(int(sys.argv[2])):
        started = time.process_time()
        write(sheets)
        took.append(time.process_time() - started)
    print(min(took))


main()
