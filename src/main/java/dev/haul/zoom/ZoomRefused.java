package dev.haul.zoom;

/** Zoom did not do what it was asked; the message holds no token and no query. */
public final class ZoomRefused extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final int status;
  private final int code;

  /**
   * @param status of HTTP; 0 when no answer came
   * @param code Zoom's own, 0 when it told none
   */
  ZoomRefused(int status, int code, String message) {
    super(message);
    this.status = status;
    this.code = code;
  }

  int status() {
    return status;
  }

  int code() {
    return code;
  }
}
