package com.ytempire.hub.sandbox;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What time and payments make of subscriptions: trials end, periods begin, unpaid ones fall behind. */
final class StripeRenewals {

    /** The first payment must come within 23 hours. */
    private static final Duration UNPAID_FOR = Duration.ofHours(23);

    private static final Duration TRIAL_WARNING = Duration.ofDays(3);

    private static final List<String> RUNNING = List.of("active", "trialing", "past_due", "unpaid");

    private final StripeObjects objects;
    private final StripeChanges changes;
    private final StripeInvoices invoices;
    private final StripeCollection collection;
    private final StripeDiscounts discounts;
    private final StripeAccount account;
    private final StripeTime time;

    /** End of the trial that was told of, by subscription. */
    private final Map<String, Long> warned = new HashMap<>();

    StripeRenewals(
            StripeObjects objects,
            StripeChanges changes,
            StripeInvoices invoices,
            StripeCollection collection,
            StripeDiscounts discounts,
            StripeAccount account,
            StripeTime time) {
        this.objects = objects;
        this.changes = changes;
        this.invoices = invoices;
        this.collection = collection;
        this.discounts = discounts;
        this.account = account;
        this.time = time;
        collection.listen(this::paid, this::unpaid, this::givenUp);
        invoices.listen(this::written);
    }

    /** Enters in the agenda when to look at the subscription again; at once when something is due already. */
    void plan(ObjectNode subscription) {
        String status = subscription.get("status").asText();
        List<Long> moments = new ArrayList<>();
        if (status.equals("incomplete")) {
            moments.add(subscription.get("created").asLong() + UNPAID_FOR.toSeconds());
        }
        if (status.equals("trialing")) {
            moments.add(subscription.get("trial_end").asLong() - TRIAL_WARNING.toSeconds());
        }
        if (RUNNING.contains(status)) {
            moments.add(subscription.get("current_period_end").asLong());
        }
        for (String when : List.of("/cancel_at", "/pause_collection/resumes_at")) {
            if (subscription.at(when).isNumber()) {
                moments.add(subscription.at(when).asLong());
            }
        }
        String id = subscription.get("id").asText();
        moments.forEach(moment -> {
            if (moment > time.epochSecond()) {
                time.at(moment, () -> look(id));
            }
        });
        if (moments.stream().anyMatch(moment -> moment <= time.epochSecond())) {
            look(id);
        }
    }

    /** Does what has come due of one subscription. */
    private void look(String id) {
        ObjectNode subscription = objects.find("subscription", id).orElse(null);
        if (subscription == null
                || StripeSubscriptions.ENDED.contains(subscription.get("status").asText())) {
            return;
        }
        long now = time.epochSecond();
        String status = subscription.get("status").asText();
        if (status.equals("incomplete")) {
            if (subscription.get("created").asLong() + UNPAID_FOR.toSeconds() <= now) {
                expire(subscription);
            }
            return;
        }
        if (subscription.at("/pause_collection/resumes_at").asLong(Long.MAX_VALUE) <= now) {
            changes.changed(
                    subscription, resumed -> resumed.putNull("pause_collection"), "customer.subscription.updated");
        }
        if (subscription.path("cancel_at").asLong(Long.MAX_VALUE) <= now) {
            end(subscription, Json.object(), "cancellation_requested");
        } else if (RUNNING.contains(status)
                && subscription.get("current_period_end").asLong() <= now) {
            periodOver(subscription);
            plan(subscription);
        } else if (status.equals("trialing")) {
            warn(subscription, now);
        }
    }

    private void warn(ObjectNode subscription, long now) {
        long trialEnd = subscription.get("trial_end").asLong();
        String id = subscription.get("id").asText();
        if (trialEnd - TRIAL_WARNING.toSeconds() <= now
                && !Long.valueOf(trialEnd).equals(warned.put(id, trialEnd))) {
            trialWillEnd(id);
        }
    }

    private void periodOver(ObjectNode subscription) {
        boolean trialed = subscription.get("status").asText().equals("trialing");
        boolean cardless =
                collection.card(invoices.draftFor(subscription, "upcoming")).isEmpty();
        String behavior = subscription
                .at("/trial_settings/end_behavior/missing_payment_method")
                .asText("create_invoice");
        if (trialed && cardless && behavior.equals("cancel")) {
            end(subscription, Json.object(), "cancellation_requested");
        } else if (trialed && cardless && behavior.equals("pause")) {
            pause(subscription.get("id").asText());
        } else {
            invoices.advanceLater(nextPeriod(
                    subscription, subscription.get("current_period_end").asLong()));
        }
    }

    /** Begins the period after the current one with a draft of its invoice. */
    private ObjectNode nextPeriod(ObjectNode subscription, long start) {
        boolean unpaid = subscription.get("status").asText().equals("unpaid");
        ObjectNode after = subscription.deepCopy();
        StripePlans.period(after, start, StripePlans.periodEnd(after, start));
        if (after.get("status").asText().equals("trialing")) {
            after.put("status", "active");
        }
        ObjectNode invoice = invoices.draftFor(after, "subscription_cycle");
        after.set("latest_invoice", invoice.get("id"));
        changes.changed(subscription, changed -> changed.setAll(after), "customer.subscription.updated");
        invoices.addPending(invoice);
        invoices.addPeriod(invoice, subscription, false);
        invoices.total(invoice, discounts.holding(subscription));
        String pause = subscription.at("/pause_collection/behavior").asText();
        if (unpaid || pause.equals("keep_as_draft")) {
            invoice.put("auto_advance", false);
        }
        invoices.begin(invoice);
        useUp(subscription, invoice);
        if (pause.equals("void") || pause.equals("mark_uncollectible")) {
            invoices.finish(invoice.get("id").asText());
            if (invoice.get("status").asText().equals("open")) {
                invoices.end(invoice.get("id").asText(), pause.equals("void") ? "void" : "uncollectible");
            }
        }
        return invoice;
    }

    /** Begins the next period at once, with its invoice and the try to collect it. */
    ObjectNode renew(String id) {
        ObjectNode subscription = objects.get("subscription", id);
        ObjectNode invoice =
                nextPeriod(subscription, subscription.get("current_period_end").asLong());
        if (invoice.get("status").asText().equals("draft")
                && invoice.get("auto_advance").asBoolean()) {
            invoices.finish(invoice.get("id").asText());
            collection.collectAlone(invoice);
        }
        plan(subscription);
        return subscription;
    }

    /** Takes discounts for one invoice off the subscription once they have been used, and those that are over. */
    void useUp(ObjectNode subscription, ObjectNode invoice) {
        List<ObjectNode> over = new ArrayList<>();
        ArrayNode left = Json.array();
        subscription.get("discounts").forEach(id -> {
            Optional<ObjectNode> discount = objects.find("discount", id.asText());
            boolean used = discount.filter(each -> StripeDiscounts.once(each) && takenOff(invoice, each))
                    .isPresent();
            boolean late = discount.filter(each -> each.path("end").asLong(Long.MAX_VALUE) <= time.epochSecond())
                    .isPresent();
            if (used || late) {
                over.add(discount.get());
            } else {
                left.add(id);
            }
        });
        if (!over.isEmpty()) {
            changes.changed(
                    subscription,
                    changed -> {
                        changed.set("discounts", left);
                        changed.putNull("discount");
                    },
                    "customer.subscription.updated");
            over.forEach(each -> changes.tell("customer.discount.deleted", each));
        }
    }

    private static boolean takenOff(ObjectNode invoice, ObjectNode discount) {
        for (var off : invoice.get("total_discount_amounts")) {
            if (off.get("discount").equals(discount.get("id"))
                    && off.get("amount").asLong() > 0) {
                return true;
            }
        }
        return false;
    }

    /** As when a trial ends without a payment method and the subscription was set to pause then. */
    ObjectNode pause(String id) {
        return changes.changed(
                objects.get("subscription", id),
                paused -> paused.put("status", "paused"),
                "customer.subscription.updated",
                "customer.subscription.paused");
    }

    /** Three days before a trial ends. */
    ObjectNode trialWillEnd(String id) {
        ObjectNode subscription = objects.get("subscription", id);
        changes.tell("customer.subscription.trial_will_end", subscription);
        return subscription;
    }

    void end(ObjectNode subscription, ObjectNode params, String reason) {
        objects.oldestFirst("invoice").stream()
                .filter(invoice -> invoice.get("subscription").equals(subscription.get("id")))
                .filter(invoice ->
                        List.of("draft", "open").contains(invoice.get("status").asText()))
                .filter(invoice -> invoice.get("auto_advance").asBoolean())
                .forEach(invoice -> changes.changed(
                        invoice,
                        left -> left.put("auto_advance", false).putNull("next_payment_attempt"),
                        "invoice.updated"));
        changes.changed(
                subscription,
                ended -> {
                    StripeChanges.merge(ended, params);
                    ended.put("status", "canceled").put("ended_at", time.epochSecond());
                    if (ended.get("canceled_at").isNull()) {
                        ended.put("canceled_at", time.epochSecond());
                    }
                    ended.withObject("/cancellation_details").put("reason", reason);
                },
                "customer.subscription.deleted");
    }

    private void expire(ObjectNode subscription) {
        changes.changed(
                subscription,
                expired -> expired.put("status", "incomplete_expired").put("ended_at", time.epochSecond()),
                "customer.subscription.updated");
        invoices.end(subscription.get("latest_invoice").asText(), "void");
    }

    private void paid(ObjectNode invoice) {
        of(invoice).filter(subscription -> latest(subscription, invoice)).ifPresent(subscription -> {
            keepCard(subscription, invoice);
            if (List.of("incomplete", "past_due", "unpaid")
                    .contains(subscription.get("status").asText())) {
                becomes(subscription, "active");
                plan(subscription);
            }
        });
    }

    /** The first payment's card becomes the subscription's when that was asked for. */
    private void keepCard(ObjectNode subscription, ObjectNode invoice) {
        boolean wanted = subscription
                .at("/payment_settings/save_default_payment_method")
                .asText()
                .equals("on_subscription");
        if (wanted && subscription.get("default_payment_method").isNull()) {
            objects.find("payment_intent", invoice.path("payment_intent").asText())
                    .ifPresent(intent -> subscription.set("default_payment_method", intent.get("payment_method")));
        }
    }

    private void unpaid(ObjectNode invoice) {
        of(invoice)
                .filter(subscription -> subscription.get("status").asText().equals("active"))
                .ifPresent(subscription -> becomes(subscription, "past_due"));
    }

    /** The last of Stripe's own tries has failed. */
    private void givenUp(ObjectNode invoice) {
        of(invoice)
                .filter(subscription -> subscription.get("status").asText().equals("past_due"))
                .ifPresent(subscription -> {
                    if (account.afterRetries().equals("canceled")) {
                        end(subscription, Json.object(), "payment_failed");
                    } else if (!account.afterRetries().equals("past_due")) {
                        becomes(subscription, account.afterRetries());
                    }
                });
    }

    /** Nothing is owed any more when the latest invoice is voided or written off. */
    private void written(ObjectNode invoice) {
        of(invoice)
                .filter(subscription -> latest(subscription, invoice))
                .filter(subscription -> List.of("past_due", "unpaid")
                        .contains(subscription.get("status").asText()))
                .ifPresent(subscription -> becomes(subscription, "active"));
    }

    private void becomes(ObjectNode subscription, String status) {
        changes.changed(subscription, changed -> changed.put("status", status), "customer.subscription.updated");
    }

    private static boolean latest(ObjectNode subscription, ObjectNode invoice) {
        return subscription.get("latest_invoice").equals(invoice.get("id"));
    }

    private Optional<ObjectNode> of(ObjectNode invoice) {
        return Json.text(invoice, "subscription").flatMap(id -> objects.find("subscription", id));
    }
}
