package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.ApiAnswer;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What users see and change of themselves. */
@RestController
@RequestMapping("/api/v1/users/me")
class MeController {

    private final Accounts accounts;

    MeController(Accounts accounts) {
        this.accounts = accounts;
    }

    @GetMapping
    ApiAnswer<Account> show(Caller caller) {
        return ApiAnswer.of(accounts.find(caller.mustBeUser()).orElseThrow());
    }
}
