package com.ytempire.hub.billing;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.ytempire.hub.accounts.TestUsers.User;
import com.ytempire.hub.platform.ApiAnswer;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Qualifier;
import org.springframework.core.ResolvableType;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Every list of accounts, billing and notifications comes by the page, the short ones too. */
class ListsIT extends EffectsHubIT {

    private static final List<String> AREAS = List.of("accounts", "billing", "notifications");

    @Autowired
    @Qualifier("requestMappingHandlerMapping")
    private RequestMappingHandlerMapping handlers;

    @Test
    void everyListTakesAPage() {
        List<HandlerMethod> lists = handlers.getHandlerMethods().values().stream()
                .filter(handler -> AREAS.stream()
                        .anyMatch(area -> handler.getBeanType().getPackageName().equals("com.ytempire.hub." + area)))
                .filter(ListsIT::answersAList)
                .toList();
        assertThat(lists)
                .hasSizeGreaterThan(20)
                .allSatisfy(
                        list -> assertThat(parameters(list)).as(list.toString()).contains("page", "per_page"));
    }

    private static boolean answersAList(HandlerMethod handler) {
        ResolvableType answer = ResolvableType.forMethodReturnType(handler.getMethod());
        return answer.toClass() == ApiAnswer.class
                && List.class.isAssignableFrom(answer.getGeneric(0).toClass());
    }

    private static List<String> parameters(HandlerMethod list) {
        return Arrays.stream(list.getMethod().getParameters())
                .filter(parameter -> parameter.isAnnotationPresent(RequestParam.class))
                .map(parameter -> {
                    String name = parameter.getAnnotation(RequestParam.class).name();
                    return name.isEmpty() ? parameter.getName() : name;
                })
                .toList();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "billing/plans",
                "billing/drift",
                "billing/mrr-snapshots",
                "notifications/templates",
                "notifications/channels",
                "notifications/blocked-addresses"
            })
    void anOperatorReadsShortListsByThePage(String list) {
        JsonNode answer = tree(operatorGet("/api/v1/" + list + "?page=1&per_page=1"));
        JsonNode pagination = answer.get("pagination");
        assertThat(pagination.get("per_page").asInt()).isOne();
        assertThat(pagination.get("pages").asLong())
                .isEqualTo(pagination.get("total").asLong());
        assertThat(answer.get("data").size())
                .isEqualTo((int) Math.min(1, pagination.get("total").asLong()));
        assertThat(tree(operatorGet("/api/v1/" + list + "?page=1000&per_page=100"))
                        .get("data"))
                .isEmpty();
        assertThat(operatorGet("/api/v1/" + list + "?per_page=101").statusCode())
                .isEqualTo(422);
    }

    @Test
    void aUserReadsHisOwnByThePage() {
        User user = user();
        for (String list : List.of(
                "users/me/sessions",
                "users/me/api-keys",
                "users/me/webhooks",
                "users/me/webhooks/types",
                "billing/payment-methods")) {
            HttpResponse<String> answer = userGet(user, "/api/v1/" + list + "?per_page=1");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode pagination = tree(answer).get("pagination");
            assertThat(pagination.get("page").asInt()).as(list).isOne();
            assertThat(tree(answer).get("data").size())
                    .isEqualTo((int) Math.min(1, pagination.get("total").asLong()));
        }
    }
}
