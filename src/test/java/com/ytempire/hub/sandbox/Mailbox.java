package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.sandbox.ResendVendor.SandboxMail;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** The mails that arrived, for people in a browser and for programs. */
final class Mailbox {

    private static final String PAGE = """
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="color-scheme" content="light dark">
            <title>Mailbox</title>
            <style>
            :root { color-scheme: light dark; }
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
            table { border-collapse: collapse; width: 100%%; }
            th, td { text-align: left; padding: 0.5rem; border-bottom: 1px solid #8884; vertical-align: top; }
            iframe { width: 100%%; height: 42rem; border: 1px solid #8884; background: #fff; }
            pre { white-space: pre-wrap; border: 1px solid #8884; padding: 1rem; }
            </style>
            </head>
            <body>
            %s
            </body>
            </html>
            """;

    private final ResendVendor resend;

    Mailbox(ResendVendor resend) {
        this.resend = resend;
    }

    /** {@code GET /_sandbox/mails}: with {@code to} those to an address, oldest first. */
    Answer mails(Received request) {
        String to = query(request, "to");
        ObjectNode answer = Json.object();
        answer.set("mails", Json.tree(to.isEmpty() ? resend.mails() : resend.mailsTo(to)));
        return Answer.json(200, answer);
    }

    /** {@code GET /_sandbox/mailbox}: all mails, newest first; with {@code id} one, as HTML or text. */
    Answer page(Received request) {
        String id = query(request, "id");
        if (id.isEmpty()) {
            return html(list());
        }
        SandboxMail mail = resend.mail(id).orElseThrow();
        return switch (query(request, "format")) {
            case "html" -> Answer.of(200, "text/html; charset=utf-8", mail.html());
            case "text" -> Answer.text(200, mail.text());
            default -> html(one(mail));
        };
    }

    private static String query(Received request, String name) {
        return Forms.parse(request.query()).path(name).asText();
    }

    private static Answer html(String content) {
        return Answer.of(200, "text/html; charset=utf-8", PAGE.formatted(content));
    }

    private String list() {
        List<SandboxMail> mails = new ArrayList<>(resend.mails());
        Collections.reverse(mails);
        StringBuilder rows = new StringBuilder();
        for (SandboxMail mail : mails) {
            rows.append("<tr><td>%s</td><td>%s</td><td><a href=\"?id=%s\">%s</a></td></tr>%n"
                    .formatted(
                            mail.at().toString().substring(0, 19),
                            escaped(String.join(", ", mail.to())),
                            mail.id(),
                            escaped(mail.subject())));
        }
        return "<h1>Mailbox</h1><table><tr><th>Sent (UTC)</th><th>To</th><th>Subject</th></tr>%n%s</table>"
                .formatted(rows.isEmpty() ? "<tr><td colspan=\"3\">No mail yet.</td></tr>" : rows);
    }

    private static String one(SandboxMail mail) {
        return """
                <p><a href="?">All mails</a></p>
                <h1>%s</h1>
                <p>From %s<br>To %s<br>At %s</p>
                <iframe src="?id=%s&amp;format=html" title="As HTML" sandbox></iframe>
                <h2>As text</h2>
                <pre>%s</pre>""".formatted(
                        escaped(mail.subject()),
                        escaped(mail.from()),
                        escaped(String.join(", ", mail.to())),
                        mail.at(),
                        mail.id(),
                        escaped(mail.text()));
    }

    private static String escaped(String text) {
        return text.replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;");
    }
}
