"""The longer texts of sample mails: pages of HTML, a delivery report."""

from typing import Final

WELCOME: Final = """<html><body style="font-family: sans-serif; color: #222">
<h1 style="color: #1f3b57"><img src="cid:lighthouse" width="96" height="96" alt="A lighthouse">
Hello {first}</h1>
<p>This mailbox is yours to play with: <b>read</b>, <i>flag</i>, move, answer and delete.
What you do on one device shows on the other.</p>
<ul><li>There is a thread of ten mails.</li><li>There are mails in a dozen languages.</li>
<li>There are files: a PDF, a picture, a calendar entry.</li></ul>
<p><img src="cid:cup" width="64" height="64" alt="A cup"> Take your time.</p>
</body></html>
"""

NEWS: Final = (
    ("A lamp from 1889", "It was found in a cellar, wrapped in newspaper, and it still turns."),
    ("Storm season", "Twelve things to check before the first gale; number seven is the biscuit tin."),
    ("Cake of the week", "Carrots, almonds, and &mdash; the keeper insists &mdash; a pinch of salt."),
    ("Readers ask", "&ldquo;Why red and white?&rdquo; Because snow is white and cliffs are not."),
)
ROW: Final = """<tr><td class="story" style="padding: 16px; border-bottom: 1px solid #d8dee4">
<h2 style="margin: 0 0 8px; font-size: 18px; color: #1f3b57">{title}</h2>
<p style="margin: 0; line-height: 1.5">{text} <a href="https://weekly.example/">Read on</a></p></td></tr>
"""
PAGE: Final = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>Lighthouse Weekly</title>
<style>@media (max-width: 600px) {{ .frame {{ width: 100% !important }} }}
.story a {{ color: #c0392b }}</style>
</head><body style="margin: 0; background: #eef2f5">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center">
<table class="frame" role="presentation" width="600" cellpadding="0" cellspacing="0" bgcolor="#ffffff">
<tr><td style="padding: 24px; background: #1f3b57; color: #ffffff; font-size: 28px">
Lighthouse Weekly</td></tr>
{rows}<tr><td style="padding: 16px; font-size: 12px; color: #667">
You get this because you like light.</td></tr>
</table></td></tr></table></body></html>
"""

REPORT: Final = """MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="=_report"

--=_report
Content-Type: text/plain; charset=utf-8

Your mail could not be delivered to <nobody@nowhere.example>:
there is no such mailbox.

--=_report
Content-Type: message/delivery-status

Reporting-MTA: dns; mail.example.org
Arrival-Date: {date}

Final-Recipient: rfc822; nobody@nowhere.example
Action: failed
Status: 5.1.1
Diagnostic-Code: smtp; 550 5.1.1 No such mailbox

--=_report
Content-Type: text/rfc822-headers

From: <{owner}>
To: <nobody@nowhere.example>
Subject: Hello there
Date: {date}

--=_report--
"""
