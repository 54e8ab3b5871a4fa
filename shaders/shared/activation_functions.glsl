// Activation functions in float32. Needs shared/exponential.glsl.

// erf(x) within 1.2e-7. Minimax fits, made for this file: erf(x) / x as a polynomial of x^2 up to 1 (error 1.2e-9),
// -log(erfc(x)) as a polynomial of x from 1 to 4 (error 1.0e-9 after the exponential); above 4 it is 1 in float32.
float errorFunction(float x)
{
    float t = min(abs(x), 4.0);
    float z = t * t;
    float small = fma(z, 7.8891193e-5, -8.0208411e-4);
    small = fma(z, small, 5.1895352e-3);
    small = fma(z, small, -2.6854444e-2);
    small = fma(z, small, 1.1283600e-1);
    small = fma(z, small, -3.7612626e-1);
    small = fma(z, small, 1.1283791);
    small *= t;
    float large = fma(t, -1.8557490e-4, 2.9396159e-3);
    large = fma(t, large, -2.1805352e-2);
    large = fma(t, large, 1.0303744e-1);
    large = fma(t, large, 6.3822562e-1);
    large = fma(t, large, 1.1270400);
    large = fma(t, large, 3.5370892e-4);
    large = 1.0 - exponential(-large);
    float magnitude = t <= 1.0 ? small : large;
    return x < 0.0 ? -magnitude : magnitude;
}

// Exact GELU: x times the normal distribution function of x.
float gelu(float x)
{
    return 0.5 * x * (1.0 + errorFunction(x * 0.70710678));
}

// SiLU (swish): x times the logistic function of x.
float silu(float x)
{
    return x / (1.0 + exponential(-x));
}

// GELU in its tanh form, 0.5 x (1 + tanh(u)) with u = sqrt(2 / pi) (x + 0.044715 x^3), as x times the logistic function of 2u.
float geluTanh(float x)
{
    return x / (1.0 + exponential(-1.5957691 * fma(0.044715 * x * x, x, x)));
}
