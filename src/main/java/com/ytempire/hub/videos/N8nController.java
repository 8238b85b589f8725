package com.ytempire.hub.videos;

import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Filters;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The operator reads what n8n told. */
@RestController
@RequestMapping("/api/v1/n8n")
class N8nController {

    private final N8nExecutions executions;

    N8nController(N8nExecutions executions) {
        this.executions = executions;
    }

    @GetMapping("/executions")
    ApiAnswer<List<N8nExecutions.Execution>> list(
            @RequestParam(required = false) String workflow,
            @RequestParam(required = false) String state,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        Filters.mustBeOneOf(N8nMessage.STATES, state, "state");
        Paging paging = new Paging(page, perPage);
        return ApiAnswer.of(
                new Page<>(executions.list(workflow, state, paging), executions.count(workflow, state), paging));
    }
}
