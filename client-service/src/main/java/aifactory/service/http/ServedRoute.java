package aifactory.service.http;

import aifactory.service.access.RouteAccess;

/**
 * A route as it is served.
 *
 * @param method {@code GET}, {@code POST} or {@code DELETE}
 * @param path with its parameters in braces
 */
public record ServedRoute(String method, String path, RouteAccess access) {}
