using Silk.NET.Windowing;

namespace NarVulkan.Windowing;

/// <summary>
/// A window that shows pictures of sessions, with the Vulkan device that both work on: <see cref="Context"/> generates on it, and what it decodes is
/// shown without leaving the device. Clips play in a loop. Owns window, device and context.
/// </summary>
/// <remarks>
/// Threads: <see cref="Open"/>, <see cref="Run"/> and <see cref="Dispose"/> are called on one thread, on macOS the main one; that thread is never
/// kept waiting by the device. Everything else may be called on any thread. A second thread generates.
/// </remarks>
public sealed class PictureWindow : IDisposable
{
    // Between two looks at the keyboard: less than anyone feels, and next to no processor time.
    private static readonly TimeSpan EventPause = TimeSpan.FromMilliseconds(8);

    private readonly IWindow window;
    private readonly WindowInstance instance;
    private readonly WindowDevice device;
    private readonly Presenter presenter;
    private readonly KeyListener keys;
    private volatile string title;
    private volatile bool closing;
    private bool disposed;

    private PictureWindow(IWindow window, WindowInstance instance, WindowDevice device, NarContext context, Presenter presenter, string title)
    {
        (this.window, this.instance, this.device, Context, this.presenter, this.title) = (window, instance, device, context, presenter, title);
        keys = new KeyListener(window.Handle, key => KeyPressed?.Invoke(key));
    }

    /// <summary>A key was pressed, or repeats itself. On the window's thread; must not throw.</summary>
    public event Action<WindowKey>? KeyPressed;

    /// <summary>Where to load models. It ends with the window.</summary>
    public NarContext Context { get; }

    /// <summary>What the title bar says; taken over soon.</summary>
    public string Title
    {
        get => title;
        set => title = value;
    }

    /// <summary>Whether the user or the program asked it to close.</summary>
    public bool IsClosing => closing;

    /// <summary>What the validation layer said, counted; 0 without it.</summary>
    public int ValidationMessageCount => instance.Validation?.Count ?? 0;

    /// <summary>Opens a window and a device that can show it.</summary>
    /// <exception cref="DeviceException">There is no display, no GLFW, no driver, or no device that can present; one line that says what is missing.</exception>
    public static PictureWindow Open(PictureWindowOptions? options = null)
    {
        options ??= new PictureWindowOptions();
        bool validation = options.Validation ?? Environment.GetEnvironmentVariable("NARVK_VALIDATION") == "1";
        Stack<IDisposable> opened = [];
        try
        {
            IWindow window = Keep(DisplayCheck.Open(options));
            WindowInstance instance = Keep(WindowInstance.Create(window.VkSurface!, validation));
            WindowDevice device = Keep(WindowDevice.Create(instance, options.Device));
            NarContext context = Keep(NarContext.Create(
                device.Vk, instance.Handle, device.PhysicalDevice, device.Handle, device.Queue, device.QueueFamily, device.QueueLock,
                new NarHostOptions { Enabled = device.Enabled, Notice = options.Notice }));
            Presenter presenter = Keep(new Presenter(device));
            PictureWindow made = new(window, instance, device, context, presenter, options.Title);
            presenter.Resize(window.FramebufferSize.X, window.FramebufferSize.Y);
            return made;
        }
        catch
        {
            while (opened.TryPop(out IDisposable? last))
            {
                last.Dispose();
            }
            throw;
        }

        T Keep<T>(T made)
            where T : IDisposable
        {
            opened.Push(made);
            return made;
        }
    }

    /// <summary>
    /// Shows a texture from the moment on when its last decoding is done. It stays the caller's, who calls <see cref="Release"/> before disposing it;
    /// it may be decoded into again while it is shown.
    /// </summary>
    /// <param name="texture">Made by a session of <see cref="Context"/>; a decoding into it was submitted.</param>
    /// <param name="tokens">State of the tokens, laid over the pictures.</param>
    /// <param name="framesPerSecond">Playing speed of clips; more than 0.</param>
    public void Show(NarTexture texture, TokenGrid tokens, double framesPerSecond = 8)
    {
        ArgumentNullException.ThrowIfNull(texture);
        ArgumentNullException.ThrowIfNull(tokens);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(framesPerSecond);
        presenter.Show(new Scene(texture.Image, texture.Width, texture.Height, texture.Frames, texture.Samples, framesPerSecond, texture.Ready, tokens));
    }

    /// <summary>Stops showing a texture; when this returns, nothing on the device reads it for the window.</summary>
    public void Release(NarTexture texture)
    {
        ArgumentNullException.ThrowIfNull(texture);
        presenter.Release(texture.Image);
    }

    /// <summary>Asks the window to close: <see cref="Run"/> returns.</summary>
    public void Close() => closing = true;

    /// <summary>Handles the window's events until it is closed.</summary>
    /// <param name="cancellation">Closes it.</param>
    /// <exception cref="DeviceException">The device failed while it showed something.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public void Run(CancellationToken cancellation = default)
    {
        string shown = title;
        while (!closing)
        {
            window.DoEvents();
            closing |= window.IsClosing || cancellation.IsCancellationRequested || presenter.Failure is not null;
            if (title is var wanted && wanted != shown)
            {
                window.Title = shown = wanted;
            }
            presenter.Resize(window.FramebufferSize.X, window.FramebufferSize.Y);
            Thread.Sleep(EventPause);
        }
        // What generates may take a moment to end; a window that hears nothing any more is not left standing.
        window.IsVisible = false;
        window.DoEvents();
        if (presenter.Failure is { } failure)
        {
            throw failure is NarException ? failure : new DeviceException($"the window could not be drawn: {failure.Message}", failure);
        }
        cancellation.ThrowIfCancellationRequested();
    }

    /// <summary>Closes everything, when nothing generates any more: models and sessions of <see cref="Context"/> end with it.</summary>
    public void Dispose()
    {
        if (disposed)
        {
            return;
        }
        disposed = closing = true;
        keys.Dispose();
        presenter.Dispose();
        Context.Dispose();
        device.Dispose();
        instance.Dispose();
        window.Dispose();
    }

    // For tests, which show images of their own making.
    internal WindowDevice Device => device;

    internal Presenter Presenter => presenter;

    internal IWindow Window => window;
}
