package dev.haul.job;

import java.util.regex.Pattern;

/** Which jobs a command is about; its text names them for people. */
public sealed interface ControlScope {
  /** Names them in keys of records; no two scopes have the same. */
  String key();

  /** The jobs with an id; there may be several. */
  record Job(JobId id) implements ControlScope {
    @Override
    public String key() {
      return id.value();
    }

    @Override
    public String toString() {
      return "job " + id;
    }
  }

  /** The jobs whose URL has a host; mirrors and redirects do not count. */
  record Host(String name) implements ControlScope {
    private static final String RULE =
        "must be a host name or address, without scheme, port or path";
    private static final Pattern SHAPE =
        Pattern.compile("[a-z0-9_][a-z0-9._-]{0,252}|\\[[0-9a-f:.]+]");

    /**
     * @throws InvalidField when it is no name in the form of {@link SourceUrl#host}
     */
    public Host {
      if (!SHAPE.matcher(name).matches()) {
        throw new InvalidField("host", name, RULE);
      }
    }

    /**
     * Takes a name as people write it: letters of any case, and beyond ASCII.
     *
     * @throws InvalidField when it is none
     */
    public static Host parse(String text) {
      if (text.chars().noneMatch(c -> "/?#\\".indexOf(c) >= 0)) {
        try {
          SourceUrl url = SourceUrl.parse("http://" + text);
          if (url.isPortless()) {
            return new Host(url.host());
          }
        } catch (InvalidField e) {
          // It names a URL, of which the author knows nothing.
        }
      }
      throw new InvalidField("host", text, RULE);
    }

    @Override
    public String key() {
      return "host/" + name;
    }

    @Override
    public String toString() {
      return "host " + name;
    }
  }

  /** The jobs that one worker has taken. */
  record Worker(String id) implements ControlScope {
    /**
     * @throws InvalidField when no worker can have this id
     */
    public Worker {
      if (!JobId.isValid(id)) {
        throw new InvalidField("worker", id, "must be " + JobId.RULE);
      }
    }

    @Override
    public String key() {
      return "worker/" + id;
    }

    @Override
    public String toString() {
      return "worker " + id;
    }
  }

  record All() implements ControlScope {
    @Override
    public String key() {
      return "*";
    }

    @Override
    public String toString() {
      return "all jobs";
    }
  }
}
