package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.function.Consumer;

/** Every change of an object goes through here, so that none lacks its events. */
final class StripeChanges {

    private final StripeObjects objects;
    private final StripeEvents events;

    StripeChanges(StripeObjects objects, StripeEvents events) {
        this.objects = objects;
        this.events = events;
    }

    /** Stores a new object. */
    ObjectNode created(ObjectNode object, String event) {
        objects.add(object);
        events.emit(event, object, null);
        return object;
    }

    /**
     * Changes an object. Events ending in {@code .updated} tell what was there before and are left out when nothing
     * has changed.
     */
    ObjectNode changed(ObjectNode object, Consumer<ObjectNode> change, String... types) {
        ObjectNode before = object.deepCopy();
        change.accept(object);
        for (String type : types) {
            boolean update = type.endsWith(".updated");
            if (!update) {
                events.emit(type, object, null);
            } else if (!before.equals(object)) {
                events.emit(type, object, before);
            }
        }
        return object;
    }

    /** Tells of an object that did not change in itself. */
    void tell(String type, ObjectNode object) {
        events.emit(type, object, null);
    }

    /**
     * Deletes an object.
     *
     * @return what the API answers
     */
    ObjectNode deleted(ObjectNode object, String event, boolean leavesATrace) {
        ObjectNode trace = Json.object();
        trace.set("id", object.get("id"));
        trace.set("object", object.get("object"));
        trace.put("deleted", true);
        if (leavesATrace) {
            objects.add(trace);
        } else {
            objects.remove(object.get("object").asText(), object.get("id").asText());
        }
        if (event != null) {
            events.emit(event, object, null);
        }
        return trace;
    }

    /**
     * Copies parameters into fields of the same name: hashes field by field, an empty text unsets. Parameters that are
     * no field of the object are left to the caller.
     */
    static void merge(ObjectNode object, JsonNode params) {
        params.properties().forEach(param -> {
            String name = param.getKey();
            if (!object.has(name) || name.equals("id") || name.equals("object")) {
                return;
            }
            JsonNode value = param.getValue();
            if (name.equals("metadata")) {
                object.set(name, metadata(object.withObject("/metadata"), value));
            } else if (value instanceof ObjectNode hash && object.get(name) instanceof ObjectNode old) {
                merge(old, hash);
            } else if (value.isTextual() && value.asText().isEmpty()) {
                object.putNull(name);
            } else {
                object.set(name, value);
            }
        });
    }

    private static ObjectNode metadata(ObjectNode old, JsonNode given) {
        ObjectNode merged = given.isObject() ? old.deepCopy() : Json.object();
        given.properties().forEach(entry -> {
            if (entry.getValue().asText().isEmpty()) {
                merged.remove(entry.getKey());
            } else {
                merged.put(entry.getKey(), entry.getValue().asText());
            }
        });
        return merged;
    }
}
