package com.ytempire.hub.platform;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Type;
import java.util.regex.Pattern;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpInputMessage;
import org.springframework.http.HttpStatus;
import org.springframework.http.converter.HttpMessageConverter;
import org.springframework.util.unit.DataSize;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.servlet.mvc.method.annotation.RequestBodyAdviceAdapter;

/** Refuses bodies no controller could want before they are read as a whole; webhooks have a limit of their own. */
@RestControllerAdvice
class BodyLimit extends RequestBodyAdviceAdapter {

    private static final JsonFactory JSON = new JsonFactory();
    private static final Pattern FIELD = Pattern.compile("[a-z_]{1,40}");

    private final int most;

    BodyLimit(@Value("${hub.http.max-body}") DataSize most) {
        this.most = Math.toIntExact(most.toBytes());
    }

    @Override
    public boolean supports(
            MethodParameter parameter, Type type, Class<? extends HttpMessageConverter<?>> converterType) {
        return true;
    }

    /** The length a client states is not asked: it may state none. */
    @Override
    public HttpInputMessage beforeBodyRead(
            HttpInputMessage message,
            MethodParameter parameter,
            Type type,
            Class<? extends HttpMessageConverter<?>> converterType)
            throws IOException {
        byte[] body = message.getBody().readNBytes(most + 1);
        if (body.length > most) {
            throw new Problem(
                    HttpStatus.PAYLOAD_TOO_LARGE,
                    "payload_too_large",
                    "A body has at most %d bytes".formatted(most),
                    field(body));
        }
        return new Read(body, message.getHeaders());
    }

    /** The field in which the body became too large; null when that cannot be told. */
    private static String field(byte[] beginning) {
        String field = null;
        try (JsonParser json = JSON.createParser(beginning)) {
            while (json.nextToken() != null) {
                if (json.currentToken() == JsonToken.FIELD_NAME
                        && json.getParsingContext().getParent().inRoot()) {
                    field = json.currentName();
                }
            }
        } catch (IOException e) {
            // it breaks off, or is no JSON
        }
        return field != null && FIELD.matcher(field).matches() ? field : null;
    }

    private record Read(byte[] body, HttpHeaders headers) implements HttpInputMessage {

        @Override
        public InputStream getBody() {
            return new ByteArrayInputStream(body);
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }
    }
}
