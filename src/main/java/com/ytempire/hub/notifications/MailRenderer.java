package com.ytempire.hub.notifications;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.ZoneId;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * Makes mails of the templates in {@code mail/}: {@code <name>.txt}, whose first line is the subject, and
 * {@code <name>.html}, both within {@code layout}. All are read at the start: a broken one stops it.
 */
@Component
class MailRenderer {

    /** A mail as it is read. */
    record Rendered(String subject, String html, String text) {}

    private static final String SUBJECT = "Subject: ";

    private final Map<MailTemplate, Template> html = new EnumMap<>(MailTemplate.class);
    private final Map<MailTemplate, Template> text = new EnumMap<>(MailTemplate.class);
    private final ZoneId zone;

    MailRenderer(@Value("${hub.zone}") ZoneId zone) {
        this.zone = zone;
        Mustache.Compiler compiler = Mustache.compiler().emptyStringIsFalse(true);
        Mustache.Compiler forHtml = compiler.withLoader(name -> open(name + ".html"));
        Mustache.Compiler forText = compiler.escapeHTML(false).withLoader(name -> open(name + ".txt"));
        for (MailTemplate template : MailTemplate.values()) {
            html.put(template, forHtml.loadTemplate(template.stored()));
            text.put(template, forText.loadTemplate(template.stored()));
        }
    }

    private static Reader open(String file) throws IOException {
        InputStream in = MailRenderer.class.getResourceAsStream("/mail/" + file);
        if (in == null) {
            throw new IOException("there is no mail/" + file);
        }
        return new InputStreamReader(in, StandardCharsets.UTF_8);
    }

    /**
     * @param values as they stand in the outbox; {@code unsubscribe_link} where the user may say no
     * @throws RuntimeException when the template names a value that is not there
     */
    Rendered render(MailTemplate template, Map<String, Object> values) {
        Map<String, Object> written = new LinkedHashMap<>();
        template.possible().forEach(field -> written.put(field.name(), ""));
        written.put("unsubscribe_link", "");
        written.putAll(MailValues.written(values, zone));
        String plain = execute(text.get(template), written);
        int end = plain.indexOf('\n');
        if (!plain.startsWith(SUBJECT) || end < 0) {
            throw new IllegalStateException("mail/" + template.stored() + ".txt does not begin with its subject");
        }
        String subject = plain.substring(SUBJECT.length(), end).strip();
        written.put("subject", subject);
        return new Rendered(subject, execute(html.get(template), written), body(plain.substring(end)));
    }

    /** Paragraphs that were left out leave empty lines behind. */
    private static String body(String text) {
        return text.replaceAll("[ \t]+\n", "\n").replaceAll("\n{3,}", "\n\n").strip() + "\n";
    }

    private static String execute(Template template, Map<String, Object> values) {
        StringWriter out = new StringWriter();
        template.execute(values, out);
        return out.toString();
    }
}
