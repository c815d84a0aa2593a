"""Sends COUNT mails with one attachment over one connection: python3 smtplib_send.py PORT FILE COUNT.

Each mail has the same parts as a mail of our program.
"""
import smtplib
import sys
from email.message import EmailMessage

port, path, count = int(sys.argv[1]), sys.argv[2], int(sys.argv[3])
with smtplib.SMTP("127.0.0.1", port) as server:
    for number in range(count):
        message = EmailMessage()
        message["From"] = "sender@zhinaq.invalid"
        message["To"] = "organ@test.invalid"
        message["Subject"] = "О преступности"
        message["Message-ID"] = f"<{number}@zhinaq.invalid>"
        message.set_content("Направляется сборник.\n")
        with open(path, "rb") as copy:
            message.add_attachment(
                copy.read(),
                maintype="application",
                subtype="vnd.openxmlformats-officedocument.spreadsheetml.sheet",
                filename=f"crime_{number}.xlsx",
            )
        server.send_message(message)
