"""Writes the sheets of a book with Python's XlsxWriter, for comparison in benches/books.rs.

    python3 benches/books.py PLAN.json RUNS

Prints the shortest of RUNS runs in seconds of processor time, without the time to read the plan.
"""

import io
import json
import sys
import time

import xlsxwriter
from xlsxwriter.utility import xl_range_formula


def look(book, style):
    """Makes the format of a style, so that the book has as many formats as our workbooks."""
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


def draw(book, sheet, told):
    """Draws a chart with labels, fonts, a title and an alternative text, as our charts have."""
    font = {"name": "Arial", "size": 9, "color": "#1A2530"}
    several = len(told["series"]) > 1
    lines = told["kind"] == "Lines"
    chart = book.add_chart({"type": "line" if lines else "bar"})
    for title, categories, values in told["series"]:
        series = {"name": title, "categories": categories, "values": values}
        if lines:
            series["line"] = {"color": "#1F4E79", "width": 2.25}
            series["marker"] = {"type": "circle", "size": 6, "fill": {"color": "#1F4E79"}}
        else:
            series["fill"] = {"color": "#1F4E79"}
            series["gap"] = 60 if several else 40
        if not lines or not several:
            series["data_labels"] = {"value": True, "num_format": "#,##0", "font": font}
        chart.add_series(series)
    chart.set_title({"name": told["title"], "name_font": {**font, "bold": True}})
    chart.set_x_axis({"num_font": font})
    chart.set_y_axis({"num_font": font, "reverse": not lines})
    if several:
        chart.set_legend({"position": "bottom", "font": font})
    else:
        chart.set_legend({"none": True})
    chart.set_chartarea({"border": {"none": True}})
    chart.set_size({"width": told["width"], "height": told["height"]})
    sheet.insert_chart(told["row"], 0, chart, {"description": told["alt"], "object_position": 2})


def page(sheet, plan):
    """Sets how a sheet is printed."""
    sheet.hide_gridlines(2)
    sheet.set_paper(9)
    if plan["landscape"]:
        sheet.set_landscape()
    sheet.set_margins(0.5, 0.5, 0.65, 0.6)
    sheet.set_header(plan["header"])
    sheet.set_footer(plan["footer"])
    if plan["fit"]:
        sheet.fit_to_pages(*plan["fit"])
    else:
        sheet.set_print_scale(plan["scale"])
    if plan["breaks"]:
        sheet.set_h_pagebreaks(plan["breaks"])
    sheet.print_area(0, 0, *plan["last"])
    if plan["table"]:
        sheet.repeat_rows(plan["table"][1])


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
            name, top, lines, columns, alt = plan["table"]
            heads = [{"header": head} for head in columns]
            options = {"name": name, "columns": heads, "autofilter": False, "style": None, "description": alt[:250]}
            sheet.add_table(top, 0, top + max(lines, 1), len(columns) - 1, options)
        for row, column, content, style, *link in plan["cells"]:
            if style not in looks:
                looks[style] = look(book, style)
            if link:
                sheet.write_url(row, column, link[0], looks[style], content)
            elif isinstance(content, str):
                sheet.write_string(row, column, content, looks[style])
            elif content is None:
                sheet.write_blank(row, column, None, looks[style])
            else:
                sheet.write_number(row, column, content, looks[style])
        for told in plan["charts"]:
            draw(book, sheet, told)
        for row, column, figures, first, last, of in plan["curves"]:
            figures = xl_range_formula(figures, first, of, last, of)
            sheet.add_sparkline(row, column, {"range": figures, "last_point": True, "series_color": "#1F4E79"})
        page(sheet, plan)
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
