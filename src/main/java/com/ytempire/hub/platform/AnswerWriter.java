package com.ytempire.hub.platform;

import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.springframework.stereotype.Component;

/** The one place where a domain answer becomes a Camel message for platform-http. */
@Component("answerWriter")
public class AnswerWriter {

    /** Replaces the message: whatever came with the request is gone from it. */
    public void write(@Body Answer answer, Exchange exchange) {
        Message message = exchange.getMessage();
        message.removeHeaders("*");
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, answer.status());
        message.setHeader(Exchange.CONTENT_TYPE, answer.contentType());
        answer.headers().forEach(message::setHeader);
        message.setBody(answer.body());
    }
}
