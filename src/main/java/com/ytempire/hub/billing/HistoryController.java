package com.ytempire.hub.billing;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Filters;
import com.ytempire.hub.platform.Paging;
import java.util.List;
import java.util.UUID;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What was done: a user reads what concerns him, an operator all. */
@RestController
@RequestMapping("/api/v1/billing/history")
class HistoryController {

    private final History history;

    HistoryController(History history) {
        this.history = history;
    }

    /** Newest first. Who of our people acted is for operators. */
    @GetMapping
    ApiAnswer<List<History.Line>> list(
            @RequestParam(name = "user_id", required = false) UUID user,
            @RequestParam(name = "object_kind", required = false) String kind,
            @RequestParam(name = "object_id", required = false) String object,
            @RequestParam(required = false) String action,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            Caller caller) {
        Filters.mustBeOneOf(History.OBJECT_KINDS, kind, "object_kind");
        UUID whose = caller.isOperator() ? user : caller.mustBeUser();
        return ApiAnswer.of(
                history.list(new History.Filter(whose, kind, object, action, caller), new Paging(page, perPage)));
    }
}
