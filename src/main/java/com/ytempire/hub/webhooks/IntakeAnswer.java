package com.ytempire.hub.webhooks;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.ytempire.hub.platform.Answer;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeProperty;
import org.springframework.stereotype.Component;

/** What a sender is told once its events are committed. */
@Component
class IntakeAnswer {

    private final ObjectMapper json;

    IntakeAnswer(ObjectMapper json) {
        this.json = json;
    }

    public Admission admission(@Body NewEvent event, @ExchangeProperty(Exchange.DUPLICATE_MESSAGE) Boolean duplicate) {
        return new Admission(event.eventId(), event.answerId(), Boolean.TRUE.equals(duplicate));
    }

    public Answer single(@Body Admission admission) {
        ObjectNode answer = json.createObjectNode()
                .put("status", admission.duplicate() ? "duplicate" : "accepted")
                .put("event_id", admission.eventId());
        if (admission.workflowId() != null) {
            answer.put("workflow_id", admission.workflowId());
        }
        return Answer.json(200, answer.toString());
    }

    /** A feed of several entries has several ids; it is a duplicate when all of them are. */
    public Answer several(@Body List<Admission> admissions) {
        if (admissions.size() == 1) {
            return single(admissions.get(0));
        }
        ObjectNode answer = json.createObjectNode()
                .put("status", admissions.stream().allMatch(Admission::duplicate) ? "duplicate" : "accepted");
        admissions.forEach(admission -> answer.withArray("event_ids").add(admission.eventId()));
        return Answer.json(200, answer.toString());
    }
}
