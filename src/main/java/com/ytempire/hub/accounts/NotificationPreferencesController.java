package com.ytempire.hub.accounts;

import com.ytempire.hub.notifications.Preferences;
import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Problem;
import java.util.Map;
import java.util.UUID;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What a user wants of the mails that are neither about his account nor about his money; those always come. */
@RestController
@RequestMapping("/api/v1/users/me/notifications")
class NotificationPreferencesController {

    private final Preferences preferences;

    NotificationPreferencesController(Preferences preferences) {
        this.preferences = preferences;
    }

    /** By topic: {@code retention}, {@code product_news}. */
    @GetMapping
    ApiAnswer<Map<String, Boolean>> show(Caller caller) {
        return ApiAnswer.of(preferences.of(caller.mustBeUser()));
    }

    /** Topics that are left out stay as they are. */
    @PutMapping
    ApiAnswer<Map<String, Boolean>> change(@RequestBody Map<String, Boolean> wanted, Caller caller) {
        UUID user = caller.mustBeUser();
        Map<String, Boolean> known = preferences.of(user);
        wanted.forEach((topic, want) -> {
            if (!known.containsKey(topic) || want == null) {
                throw new Problem(
                        HttpStatus.UNPROCESSABLE_ENTITY,
                        "validation_failed",
                        "Topics are " + String.join(", ", known.keySet()) + "; each is true or false",
                        topic);
            }
        });
        preferences.change(user, wanted, "user");
        return show(caller);
    }
}
