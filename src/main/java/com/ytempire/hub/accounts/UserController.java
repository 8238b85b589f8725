package com.ytempire.hub.accounts;

import com.ytempire.hub.accounts.MeController.UserView;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Filters;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import java.util.List;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Operators find users and say who is an operator. */
@RestController
@RequestMapping("/api/v1/users")
class UserController {

    private static final List<String> ROLES = List.of("user", "operator");

    private final Accounts accounts;
    private final Profiles profiles;

    UserController(Accounts accounts, Profiles profiles) {
        this.accounts = accounts;
        this.profiles = profiles;
    }

    record RoleChange(
            @NotNull @Pattern(regexp = "user|operator", message = "user or operator")
            String role) {}

    record UserSearch(@NotBlank String email) {}

    @GetMapping
    ApiAnswer<List<Account>> list(
            @RequestParam(required = false) String role,
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        Filters.mustBeOneOf(ROLES, role, "role");
        return ApiAnswer.of(profiles.list(role, new Paging(page, perPage)));
    }

    /** A POST, because a mail address has no place in a URL. */
    @PostMapping("/search")
    ApiAnswer<UserView> search(@RequestBody @Valid UserSearch search) {
        Account account = accounts.findByEmail(search.email())
                .orElseThrow(() -> new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such user"));
        return show(account.id());
    }

    @GetMapping("/{id}")
    ApiAnswer<UserView> show(@PathVariable UUID id) {
        return ApiAnswer.of(UserView.of(profiles.show(id)));
    }

    @PatchMapping("/{id}")
    ApiAnswer<UserView> change(@PathVariable UUID id, @RequestBody @Valid RoleChange change, Caller operator) {
        return ApiAnswer.of(UserView.of(profiles.setRole(id, change.role(), operator)));
    }
}
