package com.ytempire.hub.billing;

import com.ytempire.hub.platform.ApiAnswer;
import com.ytempire.hub.platform.Page;
import com.ytempire.hub.platform.Paging;
import java.util.List;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** What can be bought. */
@RestController
@RequestMapping("/api/v1/billing")
class CatalogueController {

    private final Catalogue catalogue;

    CatalogueController(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    @GetMapping("/plans")
    ApiAnswer<List<Plans.Offer>> plans(
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        return ApiAnswer.of(Page.of(catalogue.plans(), new Paging(page, perPage)));
    }

    @GetMapping("/catalogue")
    ApiAnswer<List<Catalogue.Item>> catalogue(
            @RequestParam(defaultValue = Paging.FIRST) int page,
            @RequestParam(name = "per_page", defaultValue = Paging.USUAL) int perPage) {
        return ApiAnswer.of(catalogue.list(new Paging(page, perPage)));
    }
}
