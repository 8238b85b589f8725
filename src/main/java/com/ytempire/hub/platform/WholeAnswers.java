package com.ytempire.hub.platform;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.reflect.Type;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpOutputMessage;
import org.springframework.http.converter.json.MappingJackson2HttpMessageConverter;
import org.springframework.stereotype.Component;

/** JSON whose length is told before it: one packet, where an answer in pieces is followed by one that says it ends. */
@Component
class WholeAnswers extends MappingJackson2HttpMessageConverter {

    WholeAnswers(ObjectMapper json) {
        super(json);
    }

    @Override
    protected void writeInternal(Object answer, Type type, HttpOutputMessage message) throws IOException {
        Whole whole = new Whole(message.getHeaders(), new ByteArrayOutputStream(1024));
        super.writeInternal(answer, type, whole);
        message.getHeaders().setContentLength(whole.bytes.size());
        whole.bytes.writeTo(message.getBody());
    }

    private record Whole(HttpHeaders headers, ByteArrayOutputStream bytes) implements HttpOutputMessage {

        @Override
        public OutputStream getBody() {
            return bytes;
        }

        @Override
        public HttpHeaders getHeaders() {
            return headers;
        }
    }
}
