package com.ytempire.hub.accounts;

import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import com.ytempire.hub.platform.Problem;
import jakarta.validation.Valid;
import jakarta.validation.constraints.Email;
import jakarta.validation.constraints.NotBlank;
import jakarta.validation.constraints.NotNull;
import jakarta.validation.constraints.Pattern;
import jakarta.validation.constraints.Size;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** What users see and change of themselves. What guards the account itself is not for API keys. */
@RestController
@RequestMapping("/api/v1/users/me")
class MeController {

    private final Profiles profiles;
    private final Registrations registrations;
    private final Logins logins;
    private final Passwords passwords;
    private final LoginLimits limits;
    private final Sessions sessions;
    private final ApiKeys keys;

    MeController(
            Profiles profiles,
            Registrations registrations,
            Logins logins,
            Passwords passwords,
            LoginLimits limits,
            Sessions sessions,
            ApiKeys keys) {
        this.profiles = profiles;
        this.registrations = registrations;
        this.logins = logins;
        this.passwords = passwords;
        this.limits = limits;
        this.sessions = sessions;
        this.keys = keys;
    }

    /** A user as he sees himself, and as operators see him. */
    record UserView(
            UUID id,
            String email,
            Instant emailVerifiedAt,
            String name,
            String phone,
            Address address,
            String role,
            Instant createdAt,
            Instant closedAt) {

        static UserView of(Profiles.Profile profile) {
            Account account = profile.account();
            return new UserView(
                    account.id(),
                    account.email(),
                    account.emailVerifiedAt(),
                    account.name(),
                    account.phone(),
                    profile.address(),
                    account.role(),
                    account.createdAt(),
                    account.closedAt());
        }
    }

    /** What is left out stays; an empty text is taken out. */
    record ProfileChange(
            @Size(max = AuthController.LONGEST_NAME)
            @Pattern(regexp = AuthController.PRINTABLE, message = "one line of text")
            String name,

            @Pattern(regexp = "|\\+?[0-9 ()./-]{5,30}", message = "a telephone number")
            String phone,

            @Valid Address address) {}

    record PasswordChange(
            @NotBlank @Size(max = AuthController.LONGEST_PASSWORD)
            String currentPassword,

            @NotNull @Size(max = AuthController.LONGEST_PASSWORD)
            String newPassword) {}

    record EmailChange(
            @NotBlank @Email @Size(max = AuthController.LONGEST_ADDRESS)
            String email,

            @NotBlank @Size(max = AuthController.LONGEST_PASSWORD)
            String password) {}

    record NewApiKey(@NotBlank @Size(max = 100) String name) {}

    /** @param current whether it is the one of this request */
    record SessionView(
            UUID id,
            String userAgent,
            String address,
            Instant createdAt,
            Instant lastUsedAt,
            Instant expiresAt,
            boolean current) {}

    @GetMapping
    ApiAnswer<UserView> show(Caller caller) {
        return ApiAnswer.of(UserView.of(profiles.show(caller.mustBeUser())));
    }

    @PatchMapping
    ApiAnswer<UserView> change(@RequestBody @Valid ProfileChange change, Caller caller) {
        profiles.change(caller.mustBeUser(), change.name(), change.phone(), change.address());
        return show(caller);
    }

    /** Closes the account for good; what accounting needs is kept, under no name. */
    @DeleteMapping
    ApiAnswer<Map<String, String>> close(UserLogin login) {
        profiles.close(inSession(login));
        return status("closed");
    }

    @GetMapping("/export")
    ApiAnswer<Map<String, Object>> export(UserLogin login) {
        return ApiAnswer.of(profiles.export(inSession(login)));
    }

    /** Ends all sessions, this one as well. */
    @PostMapping("/password")
    ApiAnswer<Map<String, String>> changePassword(
            @RequestBody @Valid PasswordChange change, UserLogin login, Client client) {
        UUID user = inSession(login);
        logins.confirm(user, change.currentPassword(), client);
        registrations.setPassword(user, passwords.hash(change.newPassword(), "new_password"));
        return status("password_changed");
    }

    /** The address counts once the link that is mailed there has been followed. */
    @PostMapping("/email")
    @ResponseStatus(HttpStatus.ACCEPTED)
    ApiAnswer<Map<String, String>> changeEmail(@RequestBody @Valid EmailChange change, UserLogin login, Client client) {
        UUID user = inSession(login);
        logins.confirm(user, change.password(), client);
        registrations.askForEmail(user, change.email(), limits.mayMail(change.email()));
        return status("verification_sent");
    }

    @GetMapping("/sessions")
    ApiAnswer<List<SessionView>> sessions(
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            UserLogin login) {
        List<SessionView> all = sessions.list(inSession(login)).stream()
                .map(session -> new SessionView(
                        session.id(),
                        session.userAgent(),
                        session.address(),
                        session.createdAt(),
                        session.lastUsedAt(),
                        session.expiresAt(),
                        session.id().equals(login.session())))
                .toList();
        return ApiAnswer.of(Page.of(all, new Paging(page, perPage)));
    }

    @DeleteMapping("/sessions/{id}")
    ApiAnswer<Map<String, String>> endSession(@PathVariable UUID id, UserLogin login) {
        if (!sessions.end(inSession(login), id, "ended")) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such session");
        }
        return status("ended");
    }

    @GetMapping("/api-keys")
    ApiAnswer<List<ApiKeys.Key>> keys(
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage,
            UserLogin login) {
        return ApiAnswer.of(Page.of(keys.list(inSession(login)), new Paging(page, perPage)));
    }

    /** The key is in this answer and nowhere else. */
    @PostMapping("/api-keys")
    @ResponseStatus(HttpStatus.CREATED)
    ApiAnswer<ApiKeys.Created> createKey(@RequestBody @Valid NewApiKey wanted, UserLogin login) {
        inSession(login);
        return ApiAnswer.of(keys.create(login.getPrincipal(), wanted.name()));
    }

    @DeleteMapping("/api-keys/{id}")
    ApiAnswer<Map<String, String>> deleteKey(@PathVariable UUID id, UserLogin login) {
        if (!keys.delete(inSession(login), id)) {
            throw new Problem(HttpStatus.NOT_FOUND, "not_found", "There is no such key");
        }
        return status("deleted");
    }

    /** A key that leaked must not make more keys, nor take the account over. */
    private static UUID inSession(UserLogin login) {
        if (login.session() == null) {
            throw new Problem(HttpStatus.FORBIDDEN, "login_required", "This needs a login, an API key does not do");
        }
        return login.getPrincipal().userId();
    }

    private static ApiAnswer<Map<String, String>> status(String status) {
        return ApiAnswer.of(Map.of("status", status));
    }
}
