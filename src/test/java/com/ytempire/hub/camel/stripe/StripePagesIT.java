package com.ytempire.hub.camel.stripe;

import static com.github.tomakehurst.wiremock.client.WireMock.*;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.stripe.exception.RateLimitException;
import com.stripe.model.*;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Lists of several pages, each read when it is wanted. */
class StripePagesIT extends AtStripe {

    @Test
    void allPagesAreReadLazilyNewestFirst() {
        page("limit=100", "evt_6", "evt_5", true);
        page("limit=100&starting_after=evt_5", "evt_4", "evt_3", true);
        page("limit=100&starting_after=evt_3", "evt_2", "evt_1", false);

        Exchange exchange = send("stripe:events?method=list&autoPaging=true", null, Map.of());

        assertThat(requests()).as("pages read before anyone iterates").hasSize(1);
        Iterable<?> events = exchange.getMessage().getBody(Iterable.class);
        assertThat(ids(events)).containsExactly("evt_6", "evt_5", "evt_4", "evt_3", "evt_2", "evt_1");
        assertThat(requests()).hasSize(3);
        assertThat(((Event) events.iterator().next())
                        .getRawJsonObject()
                        .get("object")
                        .getAsString())
                .isEqualTo("event");
    }

    @Test
    void pagesBeforeAnObjectAreReadOldestFirst() {
        page("ending_before=evt_0&limit=100", "evt_2", "evt_1", true);
        page("ending_before=evt_2&limit=100", "evt_4", "evt_3", true);
        page("ending_before=evt_4&limit=100", "evt_6", "evt_5", false);

        Exchange exchange =
                send("stripe:events?method=list&autoPaging=true", Map.of("ending_before", "evt_0"), Map.of());

        assertThat(ids(exchange.getMessage().getBody(Iterable.class)))
                .containsExactly("evt_1", "evt_2", "evt_3", "evt_4", "evt_5", "evt_6");
    }

    @Test
    void searchFollowsTheNamedNextPage() {
        vendor.stubFor(get(urlPathEqualTo("/v1/customers/search")).willReturn(okJson(found("cus_1", "\"p 2\""))));
        vendor.stubFor(get(urlPathEqualTo("/v1/customers/search"))
                .withQueryParam("page", equalTo("p 2"))
                .willReturn(okJson(found("cus_2", "null"))));

        Exchange exchange = send(
                "stripe:customers?method=search&autoPaging=true", Map.of("query", "email:'ann@example.com'"), Map.of());

        assertThat(ids(exchange.getMessage().getBody(Iterable.class))).containsExactly("cus_1", "cus_2");
        vendor.verify(
                2,
                getRequestedFor(urlPathEqualTo("/v1/customers/search"))
                        .withQueryParam("query", equalTo("email:'ann@example.com'")));
    }

    @ParameterizedTest
    @CsvSource({"2, 1, limit=2", "3, 2, limit=3"})
    void noMoreThanTheWantedObjectsAndTheirPagesAreRead(int wanted, int pages, String first) {
        page(first, "evt_6", "evt_5", true);
        page(first + "&starting_after=evt_5", "evt_4", "evt_3", true);

        Exchange exchange = send("stripe:events?method=list&autoPaging=true&maxResults=" + wanted, null, Map.of());

        assertThat(ids(exchange.getMessage().getBody(Iterable.class))).hasSize(wanted);
        assertThat(requests()).hasSize(pages);
    }

    @Test
    void emptyPageEndsTheReadingWhateverItPromises() {
        answer(okJson("{\"object\":\"list\",\"data\":[],\"has_more\":true}"));

        Exchange exchange = send("stripe:events?method=list&autoPaging=true", null, Map.of());

        assertThat(ids(exchange.getMessage().getBody(Iterable.class))).isEmpty();
        assertThat(requests()).hasSize(1);
    }

    @Test
    void failureOfALaterPageIsTheLibrarysException() {
        page("limit=100", "evt_2", "evt_1", true);
        vendor.stubFor(get(urlPathEqualTo("/v1/events"))
                .withQueryParam("starting_after", equalTo("evt_1"))
                .willReturn(jsonResponse(error("invalid_request_error", "rate_limit"), 429)));
        Exchange exchange = send("stripe:events?method=list&autoPaging=true", null, Map.of());

        assertThat(catchThrowable(() -> ids(exchange.getMessage().getBody(Iterable.class))))
                .isExactlyInstanceOf(RateLimitException.class);
    }

    private static String found(String id, String nextPage) {
        return """
                {"object":"search_result","url":"/v1/customers/search","has_more":%s,"next_page":%s,
                 "data":[{"id":"%s","object":"customer"}]}""".formatted(!nextPage.equals("null"), nextPage, id);
    }

    private static List<String> ids(Iterable<?> objects) {
        List<String> ids = new ArrayList<>();
        objects.forEach(object -> ids.add(((HasId) object).getId()));
        return ids;
    }
}
