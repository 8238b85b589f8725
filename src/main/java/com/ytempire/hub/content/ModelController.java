package com.ytempire.hub.content;

import com.ytempire.hub.accounts.Caller;
import com.ytempire.hub.platform.ApiAnswer;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** For how long the models that are set are to be had. */
@RestController
@RequestMapping("/api/v1/content/models")
class ModelController {

    private final ModelWatch models;

    ModelController(ModelWatch models) {
        this.models = models;
    }

    @GetMapping
    ApiAnswer<List<ModelWatch.Watched>> list(Caller caller) {
        caller.mustBeOperator();
        return ApiAnswer.of(models.list());
    }
}
